import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Clock } from '../common/index.js';
import { MemoryRateLimiter } from './memory.rate-limiter.js';
import { RedisRateLimiter } from './redis.rate-limiter.js';

class FakeClock extends Clock {
  ms = 1000;
  override monotonicMs(): number {
    return this.ms;
  }
}

const THREE_A_MINUTE = { requests: 3, periodMs: 60_000 };

describe('the rate limiter of one process', () => {
  it('allows a whole period at once, and then one request at a time', async () => {
    const clock = new FakeClock();
    const limiter = new MemoryRateLimiter(clock);
    for (let count = 0; count < 3; count++) {
      await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toEqual({ isAllowed: true });
    }
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toEqual({
      isAllowed: false,
      retryAfterMs: 20_000,
    });
    clock.ms += 19_999;
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toMatchObject({ isAllowed: false });
    clock.ms += 1;
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toEqual({ isAllowed: true });
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toMatchObject({ isAllowed: false });
  });

  it('counts each subject for itself, and refused requests not at all', async () => {
    const clock = new FakeClock();
    const limiter = new MemoryRateLimiter(clock);
    for (let count = 0; count < 100; count++) await limiter.take('a', THREE_A_MINUTE);
    await expect(limiter.take('b', THREE_A_MINUTE)).resolves.toEqual({ isAllowed: true });
    clock.ms += 20_000;
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toEqual({ isAllowed: true });
  });

  it.each([1, 7, 60, 1000, 1_000_003])('allows exactly %d requests in one period', async (requests) => {
    const clock = new FakeClock();
    clock.ms = 1_234_567.891;
    const limiter = new MemoryRateLimiter(clock);
    let allowed = 0;
    const tries = Math.min(requests + 3, 1010);
    for (let count = 0; count < tries; count++) {
      if ((await limiter.take('a', { requests, periodMs: 60_000 })).isAllowed) allowed++;
    }
    expect(allowed).toBe(Math.min(requests, tries));
  });

  it('forgets subjects that have been idle', async () => {
    const clock = new FakeClock();
    const limiter = new MemoryRateLimiter(clock);
    for (let id = 0; id < 10_000; id++) await limiter.take(`subject-${id}`, THREE_A_MINUTE);
    clock.ms += 60_000;
    await limiter.take('one more', THREE_A_MINUTE);
    expect((limiter as unknown as { paidAtMs: Map<string, number> }).paidAtMs.size).toBe(1);
  });
});

describe('the rate limiter on Redis, when Redis is not well', () => {
  beforeEach(() => jest.spyOn(Logger.prototype, 'warn').mockReturnValue());
  afterEach(() => jest.restoreAllMocks());
  const limiterWith = (evaluate: () => Promise<unknown>, clock: Clock) => {
    const redis = { eval: jest.fn(evaluate) };
    return { redis, limiter: new RedisRateLimiter(redis as unknown as Redis, 'p:', clock) };
  };

  it('goes on counting in the process, and leaves Redis alone for a second', async () => {
    const clock = new FakeClock();
    const { redis, limiter } = limiterWith(() => Promise.reject(new Error('away')), clock);
    for (let count = 0; count < 3; count++) {
      await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toEqual({ isAllowed: true });
    }
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toMatchObject({ isAllowed: false });
    expect(redis.eval).toHaveBeenCalledTimes(1);
    clock.ms += 1000;
    redis.eval.mockResolvedValue(0);
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toEqual({ isAllowed: true });
    expect(redis.eval).toHaveBeenCalledTimes(2);
  });

  it('waits no longer than a fraction of a second for an answer', async () => {
    const { limiter } = limiterWith(() => new Promise(() => undefined), new FakeClock());
    const startedAtMs = performance.now();
    await expect(limiter.take('a', THREE_A_MINUTE)).resolves.toEqual({ isAllowed: true });
    expect(performance.now() - startedAtMs).toBeLessThan(1000);
  });
});
