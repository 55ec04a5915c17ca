import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { Environment } from '../config/index.js';
import { WebhooksDataSource } from './data-source.js';

/** What a host may add to our connection. Entities come by `TypeOrmModule.forFeature`, as always. */
export type DatabaseOptions = Pick<
  DataSourceOptions,
  'entities' | 'migrations' | 'migrationsRun' | 'migrationsTableName' | 'subscribers' | 'logging'
>;

/** Opens the application's default TypeORM connection. */
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseOptions = {}): DynamicModule {
    let environment: Environment;
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Environment],
          useFactory: (injected: Environment) => {
            environment = injected;
            // The data source waits for its server by itself, and says so: no retries on top.
            return { ...(options as object), autoLoadEntities: true, toRetry: () => false };
          },
          dataSourceFactory: (withEntities) =>
            Promise.resolve(new WebhooksDataSource(environment, withEntities ?? {})),
        }),
      ],
    };
  }
}
