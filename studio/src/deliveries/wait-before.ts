import type { DeliveryDetail } from '../api/types';

/** How long the delivery waited for its attempt at `index`: since it was created, or since the attempt before. */
export function waitBeforeMs({ createdAt, attempts }: DeliveryDetail, index: number): number {
  const attempt = attempts[index];
  const before = attempts[index - 1];
  if (!attempt) return 0;
  const freeAtMs = before ? Date.parse(before.startedAt) + (before.durationMs ?? 0) : Date.parse(createdAt);
  return Math.max(0, Date.parse(attempt.startedAt) - freeAtMs);
}
