import type { RateLimiter } from '../../src/access/index.js';

/** What Access relies on, in real time. */
export function rateLimiterContract(name: string, make: () => RateLimiter | Promise<RateLimiter>): void {
  describe(`RateLimiter: ${name}`, () => {
    let limiter: RateLimiter;
    beforeAll(async () => {
      limiter = await make();
    });

    it('allows the whole limit at once, then says when there is room again, and keeps its word', async () => {
      const limit = { requests: 5, periodMs: 1000 };
      const decisions = await Promise.all(Array.from({ length: 8 }, () => limiter.take('burst', limit)));
      expect(decisions.filter(({ isAllowed }) => isAllowed)).toHaveLength(5);
      const refused = await limiter.take('burst', limit);
      if (refused.isAllowed) throw new Error('allowed a sixth');
      expect(refused.retryAfterMs).toBeGreaterThan(0);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(200);
      await new Promise((resolve) => setTimeout(resolve, refused.retryAfterMs + 5));
      await expect(limiter.take('burst', limit)).resolves.toEqual({ isAllowed: true });
      await expect(limiter.take('burst', limit)).resolves.toMatchObject({ isAllowed: false });
    });

    it('counts subjects apart', async () => {
      const limit = { requests: 1, periodMs: 60_000 };
      for (const subject of ['one', 'two', 'three {x}', 'é🤖']) {
        await expect(limiter.take(subject, limit)).resolves.toEqual({ isAllowed: true });
        await expect(limiter.take(subject, limit)).resolves.toMatchObject({ isAllowed: false });
      }
    });
  });
}
