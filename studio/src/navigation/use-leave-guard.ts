import { useEffect } from 'react';
import { useNavigation } from './use-navigation';

/**
 * While `isActive`, asks before the page is closed, reloaded, or left for a path outside `keptUnder` (null:
 * for any other path).
 */
export function useLeaveGuard(isActive: boolean, keptUnder: string | null): void {
  const { setGuard } = useNavigation();

  useEffect(() => {
    if (!isActive) return;
    const askBrowser = (event: BeforeUnloadEvent) => event.preventDefault();
    const isKept = (toPath: string) =>
      keptUnder !== null && (toPath === keptUnder || toPath.startsWith(`${keptUnder}/`));
    setGuard((toPath) => !isKept(toPath));
    window.addEventListener('beforeunload', askBrowser);
    return () => {
      setGuard(null);
      window.removeEventListener('beforeunload', askBrowser);
    };
  }, [isActive, keptUnder, setGuard]);
}
