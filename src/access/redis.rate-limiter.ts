import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Clock } from '../common/index.js';
import { MemoryRateLimiter } from './memory.rate-limiter.js';
import { type RateDecision, type RateLimit, RateLimiter } from './rate-limiter.js';

/** Redis answers in a millisecond or two, or is not well. */
const ANSWER_WITHIN_MS = 250;
/** While Redis is away, one request a second finds out whether it is back. */
const LEFT_ALONE_MS = 1000;

/** As in memory.rate-limiter.ts, on the clock of Redis. Answers 0, or the microseconds to wait. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local period = tonumber(ARGV[2])
local paid = tonumber(redis.call('GET', KEYS[1]) or '0')
if paid < now then paid = now end
paid = paid + period / tonumber(ARGV[1])
local wait = paid - period - now
if wait > 0.5 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.3f', paid), 'PX', math.ceil((paid - now) / 1000) + 1)
return 0`;

/** Counts over all processes. Without Redis each process counts for itself, so the API stays open. */
export class RedisRateLimiter extends RateLimiter {
  private readonly logger = new Logger('Access');
  private readonly fallback: MemoryRateLimiter;
  private leftAloneUntilMs = -Infinity;

  /**
   * @param redis with `enableOfflineQueue: false`, so that it fails at once while it is not connected.
   * @param keyPrefix such as `{chatbot-webhooks}:`; the keys hold subjects.
   */
  constructor(
    private readonly redis: Redis,
    private readonly keyPrefix: string,
    private readonly clock: Clock,
  ) {
    super();
    this.fallback = new MemoryRateLimiter(clock);
  }

  override async take(subject: string, limit: RateLimit): Promise<RateDecision> {
    if (this.clock.monotonicMs() < this.leftAloneUntilMs) return this.fallback.take(subject, limit);
    try {
      const waitUs = await this.ask(subject, limit);
      return waitUs === 0 ? { isAllowed: true } : { isAllowed: false, retryAfterMs: waitUs / 1000 };
    } catch (error) {
      this.leftAloneUntilMs = this.clock.monotonicMs() + LEFT_ALONE_MS;
      this.logger.warn({ event: 'rate_limit.redis_unavailable', message: String(error) });
      return this.fallback.take(subject, limit);
    }
  }

  private async ask(subject: string, { requests, periodMs }: RateLimit): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('Redis did not answer in time')), ANSWER_WITHIN_MS);
    });
    const key = `${this.keyPrefix}rate:${subject}`;
    const answer = this.redis.eval(TAKE, 1, key, requests, periodMs * 1000) as Promise<number>;
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
      // A late failure has nobody left to hear it.
      answer.catch(() => undefined);
    }
  }
}
