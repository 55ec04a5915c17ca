import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import Redis from 'ioredis';
import pg from 'pg';

const DATABASE = 'chatbot_webhooks_bench';
const REDIS_DATABASE = 13;
const CLOCK_TICKS_PER_SECOND = 100;

/**
 * PostgreSQL and Redis for one run: a database of its own and a Redis database that was empty. null, with
 * the reason on the console, where one of them does not answer.
 */
export async function openStores() {
  const adminUrl = new URL(
    process.env.DATABASE_URL ??
      `postgres://${encodeURIComponent(userInfo().username)}@127.0.0.1:5432/postgres`,
  );
  const redisUrl = new URL(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');
  redisUrl.pathname = `/${REDIS_DATABASE}`;
  const redis = new Redis(redisUrl.href, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  const admin = new pg.Client({ connectionString: adminUrl.href, connectionTimeoutMillis: 3_000 });
  try {
    await admin.connect();
    await redis.connect();
  } catch (error) {
    console.error(
      `\nSKIPPED: everything on PostgreSQL + Redis, because one does not answer (${error.message}).\n`,
    );
    redis.disconnect();
    await admin.end().catch(() => undefined);
    return null;
  }
  if ((await redis.dbsize()) > 0) {
    throw new Error(
      `Redis database ${REDIS_DATABASE} is not empty. The benchmark will not touch it; empty it first.`,
    );
  }
  const databaseUrl = new URL(adminUrl);
  databaseUrl.pathname = `/${DATABASE}`;
  return new Stores(admin, redis, databaseUrl.href, redisUrl.href);
}

class Stores {
  #admin;
  #redis;
  /** @type {pg.Client | null} */
  #client = null;

  constructor(admin, redis, databaseUrl, redisUrl) {
    this.#admin = admin;
    this.#redis = redis;
    this.databaseUrl = databaseUrl;
    this.redisUrl = redisUrl;
  }

  /** An empty, migrated database and an empty Redis: each measurement starts from the same place. */
  async reset() {
    await this.#leave();
    await this.#admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await this.#admin.query(`CREATE DATABASE ${DATABASE}`);
    await this.#redis.flushdb();
    const { runMigrations } = await import('../../dist/database/run-migrations.js');
    await runMigrations({ type: 'postgres', url: this.databaseUrl, synchronize: false, logging: false });
    this.#client = new pg.Client({ connectionString: this.databaseUrl });
    this.#client.on('error', () => undefined);
    await this.#client.connect();
  }

  async query(sql, parameters = []) {
    return (await this.#client.query(sql, parameters)).rows;
  }

  redisInfo(section) {
    return this.#redis.info(section);
  }

  redisSize() {
    return this.#redis.dbsize();
  }

  /** What the database says of a run that should have delivered `count` events, once each. */
  async audit() {
    const [row] = await this.query(`
      SELECT count(*) FILTER (WHERE status = 'delivered')::int AS delivered,
             count(*) FILTER (WHERE status = 'pending')::int AS pending,
             count(*) FILTER (WHERE status = 'failed')::int AS failed,
             (SELECT count(*)::int FROM chatbot_webhooks.delivery_attempt) AS attempts
        FROM chatbot_webhooks.delivery`);
    return row;
  }

  /** CPU seconds so far: of the database sessions by pid, and of Redis (all its clients). Linux only, else nulls. */
  async cpu() {
    const sessions = await this.query(
      'SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [DATABASE],
    );
    const postgres = new Map();
    for (const { pid } of sessions) postgres.set(pid, await cpuSecondsOf(pid));
    const info = await this.redisInfo('cpu');
    const redis = ['used_cpu_sys', 'used_cpu_user'].reduce(
      (sum, key) => sum + Number(new RegExp(`^${key}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0),
      0,
    );
    return { postgres, redis };
  }

  async close() {
    await this.#leave();
    await this.#admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await this.#admin.end();
    await this.#redis.flushdb();
    this.#redis.disconnect();
  }

  async #leave() {
    await this.#client?.end();
    this.#client = null;
  }
}

async function cpuSecondsOf(pid) {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Fields 14 and 15, counted behind the name: a name may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** Seconds used between two readings of `Stores.cpu()`; sessions that came in between count from zero. */
export function cpuBetween(before, after) {
  let postgres = 0;
  for (const [pid, seconds] of after.postgres) postgres += seconds - (before.postgres.get(pid) ?? 0);
  return { postgres, redis: after.redis - before.redis };
}
