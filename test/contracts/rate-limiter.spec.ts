import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { MemoryRateLimiter, RedisRateLimiter } from '../../src/access/index.js';
import { Clock } from '../../src/common/index.js';
import { whereServerAnswers } from '../support/where-server-answers.js';
import { rateLimiterContract } from './rate-limiter.contract.js';

rateLimiterContract('in memory', () => new MemoryRateLimiter(new Clock()));

const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379/8';
whereServerAnswers('Redis', redisUrl, () => {
  const prefix = `{rate-limiter-${randomUUID()}}:`;
  const clients: Redis[] = [];
  const connect = async () => {
    const client = new Redis(redisUrl, { enableOfflineQueue: false, lazyConnect: true });
    clients.push(client);
    await client.connect();
    return client;
  };
  afterAll(async () => {
    const [client] = clients as [Redis];
    const keys = await client.keys(`${prefix}*`);
    if (keys.length > 0) await client.del(...keys);
    await Promise.all(clients.map((one) => one.quit()));
  });

  rateLimiterContract('Redis', async () => new RedisRateLimiter(await connect(), prefix, new Clock()));

  it('counts over processes, and leaves nothing behind that does not expire', async () => {
    const limiters = [
      new RedisRateLimiter(await connect(), prefix, new Clock()),
      new RedisRateLimiter(await connect(), prefix, new Clock()),
    ];
    const limit = { requests: 10, periodMs: 60_000 };
    const decisions = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (limiters[index % 2] as RedisRateLimiter).take('shared', limit),
      ),
    );
    expect(decisions.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
    const [client] = clients as [Redis];
    for (const key of await client.keys(`${prefix}*`)) expect(await client.pttl(key)).toBeGreaterThan(0);
  });
});
