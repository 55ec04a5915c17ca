import { DomainError } from '../common/index.js';
import type { RateLimiter } from './rate-limiter.js';

const MINUTE_MS = 60_000;

export interface PerMinuteLimit {
  /** As in `RateLimiter.take`. */
  readonly subject: string;
  /** 0 = no limit. */
  readonly requests: number;
  /** What there are too many of, such as "This API key may make 5 requests a minute." */
  readonly message: string;
}

/** @throws DomainError `rate_limited`, with the seconds after which the next one passes. */
export async function countOrRefuse(
  limiter: RateLimiter,
  { subject, requests, message }: PerMinuteLimit,
): Promise<void> {
  if (requests === 0) return;
  const decision = await limiter.take(subject, { requests, periodMs: MINUTE_MS });
  if (decision.isAllowed) return;
  const retryAfterSeconds = Math.max(1, Math.ceil(decision.retryAfterMs / 1000));
  throw new DomainError('rate_limited', `${message} Try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
}
