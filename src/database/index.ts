export { DatabaseModule, type DatabaseOptions } from './database.module.js';
export { WebhooksDataSource } from './data-source.js';
export { migrations } from './migrations/index.js';
export { runMigrations } from './run-migrations.js';
export { AfterCommit } from './after-commit.js';
export { HostDatabaseModule } from './host-database.module.js';
