import { useCallback, useEffect, useState } from 'react';
import { isAborted } from '../api/api-problem';

const FIRST_ERROR_DELAY_MS = 2000;
const LONGEST_ERROR_DELAY_MS = 30_000;

export interface Polled<T> {
  /** The newest answer; kept while the next one is fetched, so that nothing jumps. */
  data: T | undefined;
  /** Why the newest try failed, or undefined. */
  problem: unknown;
  isLoading: boolean;
  /** Fetches now, and starts the rhythm afresh. */
  refresh: () => void;
}

/**
 * Fetches at once, then again after what `nextDelayMs` says (null: not again). Rests while the tab is hidden.
 * Both functions must be stable (useCallback): a new `load` means a new thing to fetch.
 */
export function usePolled<T>(
  load: (signal: AbortSignal) => Promise<T>,
  nextDelayMs: (data: T, previous: T | undefined, lastDelayMs: number) => number | null = never,
): Polled<T> {
  const [state, setState] = useState<{ data?: T; problem?: unknown; isLoading: boolean }>({
    isLoading: true,
  });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let previous: T | undefined;
    let delayMs = 0;
    let isDueWhenVisible = false;

    const schedule = (nextMs: number | null) => {
      if (nextMs === null || abort.signal.aborted) return;
      delayMs = nextMs;
      timer = setTimeout(() => {
        if (document.hidden) isDueWhenVisible = true;
        else void run();
      }, nextMs);
    };
    const run = async () => {
      try {
        const data = await load(abort.signal);
        if (abort.signal.aborted) return;
        setState({ data, isLoading: false });
        schedule(nextDelayMs(data, previous, delayMs));
        previous = data;
      } catch (problem) {
        if (abort.signal.aborted || isAborted(problem)) return;
        setState((state) => ({ data: state.data, problem, isLoading: false }));
        const isWorthRetrying = nextDelayMs !== never;
        schedule(
          isWorthRetrying
            ? Math.min(Math.max(delayMs * 2, FIRST_ERROR_DELAY_MS), LONGEST_ERROR_DELAY_MS)
            : null,
        );
      }
    };
    const onVisible = () => {
      if (document.hidden || !isDueWhenVisible) return;
      isDueWhenVisible = false;
      void run();
    };

    setState((state) => ({ ...state, isLoading: true }));
    void run();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [load, nextDelayMs, round]);

  const refresh = useCallback(() => setRound((round) => round + 1), []);
  return { data: state.data, problem: state.problem, isLoading: state.isLoading, refresh };
}

function never(): null {
  return null;
}
