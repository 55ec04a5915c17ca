import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { LeaveDialog } from './LeaveDialog';
import { NavigationContext, type LeaveGuard } from './navigation-context';

const currentPath = () => window.location.pathname;

/** What each entry of the history carries. */
interface EntryState {
  index: number;
  /** The path that led here. */
  from: string | null;
}

const stateOf = (state: unknown): EntryState => ({
  index: 0,
  from: null,
  ...(state as Partial<EntryState> | null),
});

/**
 * History paths without a router library. Every entry carries its index, so that a step with the browser's
 * back button that a guard refuses can be undone and, if the person insists, repeated.
 */
export function NavigationProvider({ children }: { children: ReactNode }) {
  const [path, setPath] = useState(currentPath);
  const [held, setHeld] = useState<(() => void) | null>(null);
  const guardRef = useRef<LeaveGuard | null>(null);
  const indexRef = useRef(stateOf(window.history.state).index);
  const isUndoingRef = useRef(false);

  const setGuard = useCallback((guard: LeaveGuard | null) => {
    guardRef.current = guard;
  }, []);

  const navigate = useCallback((toPath: string, options?: { replace?: boolean }) => {
    const go = () => {
      if (options?.replace) {
        window.history.replaceState(window.history.state, '', toPath);
      } else {
        indexRef.current += 1;
        const state: EntryState = { index: indexRef.current, from: currentPath() };
        window.history.pushState(state, '', toPath);
      }
      setPath(currentPath());
    };
    if (guardRef.current?.(toPath)) setHeld(() => go);
    else go();
  }, []);

  const returnTo = useCallback(
    (path: string) => {
      if (stateOf(window.history.state).from === path) window.history.back();
      else navigate(path, { replace: true });
    },
    [navigate],
  );

  const runGuarded = useCallback((action: () => void) => {
    if (guardRef.current?.('')) setHeld(() => action);
    else action();
  }, []);

  useEffect(() => {
    const onPopState = (event: PopStateEvent) => {
      const { index } = stateOf(event.state);
      if (isUndoingRef.current) {
        // Pressed again meanwhile, the step that was undone is not the only one to undo.
        if (index === indexRef.current) isUndoingRef.current = false;
        else window.history.go(indexRef.current - index);
        return;
      }
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
    () => ({ path, navigate, returnTo, runGuarded, setGuard }),
    [path, navigate, returnTo, runGuarded, setGuard],
  );

  return (
    <NavigationContext value={navigation}>
      {children}
      <LeaveDialog opened={held !== null} onStay={() => setHeld(null)} onLeave={leave} />
    </NavigationContext>
  );
}
