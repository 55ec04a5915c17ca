import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { LeaveDialog } from './LeaveDialog';
import { NavigationContext, type LeaveGuard } from './navigation-context';

const currentPath = () => window.location.pathname;
const indexOf = (state: unknown) => (state as { index?: number } | null)?.index ?? 0;

/**
 * History paths without a router library. Every entry carries its index, so that a step with the browser's
 * back button that a guard refuses can be undone and, if the person insists, repeated.
 */
export function NavigationProvider({ children }: { children: ReactNode }) {
  const [path, setPath] = useState(currentPath);
  const [held, setHeld] = useState<(() => void) | null>(null);
  const guardRef = useRef<LeaveGuard | null>(null);
  const indexRef = useRef(indexOf(window.history.state));
  const isUndoingRef = useRef(false);

  const setGuard = useCallback((guard: LeaveGuard | null) => {
    guardRef.current = guard;
  }, []);

  const navigate = useCallback((toPath: string, options?: { replace?: boolean }) => {
    const go = () => {
      if (options?.replace) {
        window.history.replaceState({ index: indexRef.current }, '', toPath);
      } else {
        indexRef.current += 1;
        window.history.pushState({ index: indexRef.current }, '', toPath);
      }
      setPath(currentPath());
    };
    if (guardRef.current?.(toPath)) setHeld(() => go);
    else go();
  }, []);

  const runGuarded = useCallback((action: () => void) => {
    if (guardRef.current?.('')) setHeld(() => action);
    else action();
  }, []);

  useEffect(() => {
    const onPopState = (event: PopStateEvent) => {
      if (isUndoingRef.current) {
        isUndoingRef.current = false;
        return;
      }
      const index = indexOf(event.state);
      const steps = index - indexRef.current;
      if (steps !== 0 && guardRef.current?.(currentPath())) {
        isUndoingRef.current = true;
        window.history.go(-steps);
        setHeld(() => () => window.history.go(steps));
        return;
      }
      indexRef.current = index;
      setPath(currentPath());
    };
    window.addEventListener('popstate', onPopState);
    return () => window.removeEventListener('popstate', onPopState);
  }, []);

  const leave = () => {
    guardRef.current = null;
    setHeld(null);
    held?.();
  };
  const navigation = useMemo(
    () => ({ path, navigate, runGuarded, setGuard }),
    [path, navigate, runGuarded, setGuard],
  );

  return (
    <NavigationContext value={navigation}>
      {children}
      <LeaveDialog opened={held !== null} onStay={() => setHeld(null)} onLeave={leave} />
    </NavigationContext>
  );
}
