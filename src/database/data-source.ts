import { Logger } from '@nestjs/common';
import { userInfo } from 'node:os';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { isDatabaseUnavailable } from '../common/index.js';
import type { Environment } from '../config/index.js';
import { DeadlineClient } from './deadline-client.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { runHostMigrations, runMigrations } from './run-migrations.js';

const logger = new Logger('Database');

/** TypeORM's options without the address: the same for the embedded database and for a server. */
export const commonOptions = {
  type: 'postgres',
  synchronize: false,
  logging: false,
  applicationName: 'chatbot-webhooks',
  connectTimeoutMS: 5000,
  // Without a listener, an idle connection that the server ends takes the process down.
  poolErrorHandler: reportLostConnection,
} as const satisfies Partial<DataSourceOptions>;

const serverPool = { max: 12, keepAlive: true, keepAliveInitialDelayMillis: 10_000, Client: DeadlineClient };

/**
 * The embedded database is one session, and its socket server lets the messages of two clients interleave: one
 * would run the other's statement. So there is one connection, and this is how long a caller waits for its turn.
 */
const EMBEDDED_TURN_MS = 10_000;

const RETRY_MS = 1000;
/** One line in so many waits. */
const LOGGED_WAITS = 10;

/** A restart ends a dozen connections in one moment: one line says it. */
let reportedAtMs = -Infinity;
function reportLostConnection(error: unknown): void {
  const nowMs = performance.now();
  if (nowMs - reportedAtMs < RETRY_MS) return;
  reportedAtMs = nowMs;
  logger.warn({ event: 'database.connection_lost', message: String(error) });
}

/** A TypeORM data source that brings its own PostgreSQL where none is configured. */
export class WebhooksDataSource extends DataSource {
  private embedded: EmbeddedPostgres | null = null;
  private readonly runsHostMigrations: boolean;

  constructor(
    private readonly environment: Pick<Environment, 'DATABASE_URL' | 'DATA_DIR'>,
    options: Partial<DataSourceOptions>,
  ) {
    super({
      ...commonOptions,
      ...(environment.DATABASE_URL
        ? { url: withUser(environment.DATABASE_URL), extra: serverPool }
        : {
            username: 'postgres',
            database: 'postgres',
            connectTimeoutMS: EMBEDDED_TURN_MS,
            extra: { max: 1 },
          }),
      ...options,
      // Those of `options` are run below: under a lock, however many processes start together.
      migrationsRun: false,
    } as DataSourceOptions);
    this.runsHostMigrations = options.migrationsRun === true;
  }

  /** Waits for a server that is not up yet; starts the embedded one. Then brings the schema up to date. */
  override async initialize(): Promise<this> {
    if (!this.environment.DATABASE_URL) {
      this.embedded ??= await EmbeddedPostgres.start(this.environment.DATA_DIR);
      this.setOptions({ host: this.embedded.socketFolder } as Partial<DataSourceOptions>);
    }
    await onceAvailable(() => super.initialize());
    await onceAvailable(() => runMigrations(this.options));
    if (this.runsHostMigrations) await onceAvailable(() => runHostMigrations(this.options));
    return this;
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.embedded?.stop();
    this.embedded = null;
  }
}

/** Waits for a server that is not up yet, or goes down in between, and says so. */
async function onceAvailable(work: () => Promise<unknown>): Promise<void> {
  for (let waits = 0; ; waits++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      if (waits % LOGGED_WAITS === 0) {
        logger.warn({ event: 'database.waiting', message: (error as Error).message });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Without a user in the URL the operating system's is meant, as with psql; `pg` itself looks only at $USER. */
function withUser(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.username === '') url.username = userInfo().username;
  return url.href;
}
