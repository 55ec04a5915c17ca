import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { runMigrations } from './run-migrations.js';

/** Injection token of the promise kept: our schema is up to date. */
const SCHEMA = Symbol('chatbot-webhooks.schema');

/** For a host that opens TypeORM's connection itself: brings our schema up to date in it. */
@Module({
  providers: [
    {
      provide: SCHEMA,
      inject: [DataSource],
      // A factory, not a lifecycle hook: the host's own hooks may publish, and run in an order of their own.
      useFactory: async ({ options }: DataSource): Promise<true> => {
        if (options.type !== 'postgres') {
          throw new Error(
            `Chatbot Webhooks wants PostgreSQL, but TypeOrmModule connects to ${options.type}. ` +
              "Leave out `database: 'host'` to let it open a connection of its own.",
          );
        }
        await runMigrations(options);
        return true;
      },
    },
  ],
})
export class HostDatabaseModule {}
