import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/index.js';
import { SurvivingClient } from './surviving-client.js';

/** Any constant will do, as long as no other program of the database uses it. */
const LOCK_ID = 7_303_014_501;

/**
 * Brings the schema `chatbot_webhooks` up to date in the database that `options` names. Under a lock: any
 * number of processes may start together. The bookkeeping table has a name of its own, so that a host's
 * migrations and ours do not meet.
 */
export function runMigrations(options: DataSourceOptions): Promise<void> {
  return runUnderLock({
    ...options,
    migrations,
    migrationsTableName: 'chatbot_webhooks_migrations',
    migrationsTransactionMode: 'each',
  });
}

/** A host's own `migrations`, as it declared them, under the same lock. */
export function runHostMigrations(options: DataSourceOptions): Promise<void> {
  return runUnderLock(options);
}

async function runUnderLock(options: DataSourceOptions): Promise<void> {
  const dataSource = new DataSource({
    ...options,
    entities: [],
    subscribers: [],
    // What a host wishes for its own connection: here it would migrate without the lock, or drop its tables.
    migrationsRun: false,
    synchronize: false,
    dropSchema: false,
    // One holds the lock, one works; never both at once, which the embedded database could not bear. Both may
    // take their time: no deadline here.
    extra: { ...(options.extra as object | undefined), max: 2, Client: SurvivingClient },
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
