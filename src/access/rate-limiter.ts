export interface RateLimit {
  readonly requests: number;
  readonly periodMs: number;
}

export type RateDecision =
  { readonly isAllowed: true } | { readonly isAllowed: false; readonly retryAfterMs: number };

/**
 * Port: how often something may be done.
 *
 * Called once for each limited request. Must answer within a fraction of a second and must not throw: a
 * limiter that cannot count lets requests pass rather than closing the API.
 */
export abstract class RateLimiter {
  /**
   * Counts one request of `subject`, unless it is refused. A subject that has been idle may use a whole
   * period's requests at once; after that they come back evenly, one every `periodMs / requests`.
   *
   * @param subject an id, such as an API key's; never a secret, it may end up in Redis.
   */
  abstract take(subject: string, limit: RateLimit): Promise<RateDecision>;
}
