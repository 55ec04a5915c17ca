import type { Clock } from '../common/index.js';
import { type RateDecision, type RateLimit, RateLimiter } from './rate-limiter.js';

const SWEEP_ABOVE = 10_000;

/**
 * Counts in this process. The generic cell rate algorithm (ITU-T I.371): one number for each subject, the
 * time at which all its requests so far are paid for.
 */
export class MemoryRateLimiter extends RateLimiter {
  private readonly paidAtMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {
    super();
  }

  override async take(subject: string, { requests, periodMs }: RateLimit): Promise<RateDecision> {
    const nowMs = this.clock.monotonicMs();
    const paidAtMs = Math.max(this.paidAtMs.get(subject) ?? nowMs, nowMs) + periodMs / requests;
    const retryAfterMs = paidAtMs - periodMs - nowMs;
    // Half a microsecond of slack: sums of fractions do not come out even.
    if (retryAfterMs > 0.0005) return { isAllowed: false, retryAfterMs };
    this.paidAtMs.set(subject, paidAtMs);
    if (this.paidAtMs.size > SWEEP_ABOVE) this.sweep(nowMs);
    return { isAllowed: true };
  }

  /** Who has paid for everything is as good as unknown. */
  private sweep(nowMs: number): void {
    for (const [subject, paidAtMs] of this.paidAtMs) {
      if (paidAtMs <= nowMs) this.paidAtMs.delete(subject);
    }
  }
}
