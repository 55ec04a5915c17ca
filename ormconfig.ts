import { DataSource } from 'typeorm';
import { readEnvironment } from './src/config/index.js';
import { migrations } from './src/database/index.js';

/**
 * For the TypeORM command line: `npx typeorm-ts-node-commonjs migration:show -d ormconfig.ts`.
 * The server itself runs what is missing at its start (src/database/run-migrations.ts).
 */
export default new DataSource({
  type: 'postgres',
  url: readEnvironment().DATABASE_URL,
  migrations,
  migrationsTableName: 'chatbot_webhooks_migrations',
});
