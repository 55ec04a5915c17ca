import { Module, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { runMigrations } from './run-migrations.js';

/** For a host that opens TypeORM's connection itself: brings our schema up to date in it. */
@Module({})
export class HostDatabaseModule implements OnModuleInit {
  constructor(private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    await runMigrations(this.dataSource.options);
  }
}
