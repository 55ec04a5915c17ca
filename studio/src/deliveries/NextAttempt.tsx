import { formatRelative } from '../time/format-time';
import { useTicking } from '../time/use-ticking';

/** "next attempt in 4 seconds", counting down. */
export function NextAttempt({ at }: { at: string | null }) {
  const text = useTicking((nowMs) => {
    if (at === null || new Date(at).getTime() <= nowMs) return 'trying again now';
    return `next attempt ${formatRelative(at, nowMs)}`;
  });
  return <>{text}</>;
}
