import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Engine, newEmbeddedEngine } from './embedded-engine.js';

export type { Engine };

/** `embedded` (the default) or `servers`: PostgreSQL and Redis at DATABASE_URL and REDIS_URL. */
export const ENGINE = process.env['TEST_ENGINE'] === 'servers' ? 'servers' : 'embedded';

export const newEngine = (): Promise<Engine> => (ENGINE === 'servers' ? newServers() : newEmbeddedEngine());

async function newServers(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'chatbot-webhooks-test-'));
  const database = await newDatabase(
    process.env['DATABASE_URL'] ?? `postgres://${userInfo().username}@127.0.0.1:5432/postgres`,
  );
  const redis = await takeRedisDatabase(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
  return {
    environment: {
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      SECRET_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    },
    drop: async () => {
      await database.drop();
      await redis.giveBack();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function newDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `chatbot_webhooks_test_${randomUUID().replaceAll('-', '')}`;
  const run = async (statement: string) => {
    const client = new Client(serverUrl);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** What the application writes begins like this (src/extensions/redis-parts.ts). */
const APPLICATION_KEYS = '{chatbot-webhooks}*';
const RESERVATION = 'chatbot-webhooks-tests';
/** A run that was killed frees its database after this. */
const RESERVED_SECONDS = 600;

/**
 * The application's keys have one fixed prefix, so each application under test gets a Redis database by itself:
 * the last one that nobody has reserved and where no application's keys are.
 */
async function takeRedisDatabase(serverUrl: string): Promise<{ url: string; giveBack(): Promise<void> }> {
  const url = new URL(serverUrl);
  for (let index = 15; index > 0; index--) {
    url.pathname = `/${index}`;
    const redis = new Redis(url.href, { lazyConnect: true, maxRetriesPerRequest: 1 });
    await redis.connect();
    const isOurs = await redis.set(RESERVATION, String(process.pid), 'EX', RESERVED_SECONDS, 'NX');
    if (isOurs && (await redis.keys(APPLICATION_KEYS)).length === 0) {
      return {
        url: url.href,
        giveBack: async () => {
          const keys = await redis.keys(APPLICATION_KEYS);
          await redis.del(...keys, RESERVATION);
          await redis.quit();
        },
      };
    }
    if (isOurs) await redis.del(RESERVATION);
    await redis.quit();
  }
  throw new Error(`Every database of the Redis at ${url.host} is in use. Wait for other tests to end.`);
}
