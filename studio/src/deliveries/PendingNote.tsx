import type { Delivery } from '../api/types';
import { formatRelative } from '../time/format-time';
import { useTicking } from '../time/use-ticking';

/** What a pending delivery waits for: "attempt 2 under way", "next attempt in 4 seconds"; else nothing. */
export function PendingNote({ delivery }: { delivery: Delivery }) {
  const text = useTicking((nowMs) => describe(delivery, nowMs));
  return <>{text}</>;
}

function describe({ status, attemptCount, nextAttemptAt }: Delivery, nowMs: number): string {
  if (status !== 'pending' || attemptCount === 0) return '';
  if (nextAttemptAt === null) return `attempt ${attemptCount} under way`;
  if (Date.parse(nextAttemptAt) <= nowMs) return 'next attempt is due';
  return `next attempt ${formatRelative(nextAttemptAt, nowMs)}`;
}
