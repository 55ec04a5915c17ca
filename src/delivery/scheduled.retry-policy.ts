import { parseRetryAfterMs } from './retry-after.js';
import { type FailedAttempt, type RetryDecision, RetryPolicy } from './retry-policy.js';

/** Answers that may carry a Retry-After which we heed: RFC 6585 (429) and RFC 9110 (503). */
const MAY_POSTPONE = new Set([429, 503]);

/** A fixed list of delays, such as 1 s, 4 s, 16 s: as many retries as there are delays. */
export class ScheduledRetryPolicy extends RetryPolicy {
  constructor(private readonly delaysMs: readonly number[]) {
    super();
  }

  decide({ failureCount, outcome, now }: FailedAttempt): RetryDecision {
    const delayMs = this.delaysMs[failureCount - 1];
    if (delayMs === undefined) return { kind: 'stop' };
    if (outcome.kind !== 'response' || !MAY_POSTPONE.has(outcome.status))
      return { kind: 'retry', afterMs: delayMs };
    const retryAfterMs = parseRetryAfterMs(outcome.headers['retry-after'], now) ?? 0;
    return { kind: 'retry', afterMs: Math.max(delayMs, retryAfterMs) };
  }
}
