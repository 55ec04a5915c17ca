import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/index.js';

/** Any constant will do, as long as no other program of the database uses it. */
const LOCK_ID = 7_303_014_501;

/**
 * Brings the schema `chatbot_webhooks` up to date in the database that `options` names. Under a lock: any
 * number of processes may start together. The bookkeeping table has a name of its own, so that a host's
 * migrations and ours do not meet.
 */
export async function runMigrations(options: DataSourceOptions): Promise<void> {
  const dataSource = new DataSource({
    ...options,
    entities: [],
    subscribers: [],
    migrations,
    migrationsTableName: 'chatbot_webhooks_migrations',
    migrationsTransactionMode: 'each',
    migrationsRun: false,
    // One holds the lock, one works; never both at once, which the embedded database could not bear.
    extra: { max: 2 },
  } as DataSourceOptions);
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK_ID]);
    await dataSource.runMigrations();
    await lock.query('SELECT pg_advisory_unlock($1)', [LOCK_ID]);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
