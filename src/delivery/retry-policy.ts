import type { SendOutcome } from '../egress/index.js';

export interface FailedAttempt {
  /** Failed attempts of the present schedule, this one included: 1 after the first failure. */
  readonly failureCount: number;
  readonly outcome: SendOutcome;
  readonly now: Date;
}

/** `afterMs`: 0 or more; fractions are rounded up, more than 24 days is cut to that. */
export type RetryDecision = { readonly kind: 'retry'; readonly afterMs: number } | { readonly kind: 'stop' };

/** What timers and the rows' milliseconds can hold. */
export const MAX_RETRY_AFTER_MS = 24 * 86_400_000;

/**
 * Port: what follows a failed attempt. Pure and quick: called once per failed attempt, on the sending path.
 * A throw is a bug, and counts as `stop`. Interrupted attempts are not asked about: they are made again.
 */
export abstract class RetryPolicy {
  abstract decide(attempt: FailedAttempt): RetryDecision;
}
