import { Logger } from '@nestjs/common';
import { userInfo } from 'node:os';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { isDatabaseUnavailable } from '../common/index.js';
import type { Environment } from '../config/index.js';
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
  poolErrorHandler: (error: unknown) =>
    logger.warn({ event: 'database.connection_lost', message: String(error) }),
} as const satisfies Partial<DataSourceOptions>;

const SERVER_POOL_SIZE = 12;

/**
 * The embedded database is one session, and its socket server lets the messages of two clients interleave: one
 * would run the other's statement. So there is one connection, and this is how long a caller waits for its turn.
 */
const EMBEDDED_TURN_MS = 10_000;

const RETRY_MS = 1000;

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
        ? { url: withUser(environment.DATABASE_URL), extra: { max: SERVER_POOL_SIZE, keepAlive: true } }
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
    for (let waits = 0; ; waits++) {
      try {
        await super.initialize();
        break;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw error;
        if (waits % 10 === 0) logger.warn({ event: 'database.waiting', message: (error as Error).message });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    await runMigrations(this.options);
    if (this.runsHostMigrations) await runHostMigrations(this.options);
    return this;
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.embedded?.stop();
    this.embedded = null;
  }
}

/** Without a user in the URL the operating system's is meant, as with psql; `pg` itself looks only at $USER. */
function withUser(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  if (url.username === '') url.username = userInfo().username;
  return url.href;
}
