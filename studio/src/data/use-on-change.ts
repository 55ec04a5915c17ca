import { useEffect, useRef } from 'react';

/** Acts each time that the value has changed; not at first. `act` must be stable (useCallback). */
export function useOnChange(value: unknown, act: () => void): void {
  const seenRef = useRef(value);
  useEffect(() => {
    if (seenRef.current === value) return;
    seenRef.current = value;
    act();
  }, [value, act]);
}
