import { useCallback, useState } from 'react';

export interface Action<Args extends unknown[]> {
  /** Resolves to whether it succeeded; never rejects. */
  run: (...args: Args) => Promise<boolean>;
  isRunning: boolean;
  problem: unknown;
  clearProblem: () => void;
}

/** A call that a person starts with a button: one at a time, with its problem kept for showing. */
export function useAction<Args extends unknown[]>(act: (...args: Args) => Promise<void>): Action<Args> {
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<unknown>();

  const run = useCallback(
    async (...args: Args) => {
      setRunning(true);
      setProblem(undefined);
      try {
        await act(...args);
        return true;
      } catch (caught) {
        setProblem(caught);
        return false;
      } finally {
        setRunning(false);
      }
    },
    [act],
  );
  const clearProblem = useCallback(() => setProblem(undefined), []);
  return { run, isRunning, problem, clearProblem };
}
