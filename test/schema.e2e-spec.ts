import { DataSource } from 'typeorm';
import { migrations, WebhooksDataSource } from '../src/database/index.js';
import { readEnvironment } from '../src/config/index.js';
import { startApp, type TestApp } from './support/app.js';
import { type Engine, newEngine } from './support/engine.js';

describe('the schema that the migrations make', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('is the one that the entities describe', async () => {
    const dataSource = app.app.get(DataSource);
    expect(dataSource.entityMetadatas.length).toBeGreaterThanOrEqual(7);
    // Entities are synchronised by nobody, and say so (src/common/table.ts); the builder would pass over them.
    dataSource.entityMetadatas.forEach((metadata) => Object.assign(metadata, { synchronize: true }));
    // What it would change is what the two disagree in.
    const differences = async () =>
      (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
    expect(await differences()).toEqual([]);

    await dataSource.query('ALTER TABLE chatbot_webhooks.chatbot ALTER COLUMN name DROP NOT NULL');
    expect(await differences()).toEqual([expect.stringContaining('"chatbot_webhooks"."chatbot"')]);
    await dataSource.query('ALTER TABLE chatbot_webhooks.chatbot ALTER COLUMN name SET NOT NULL');
  });

  it('is all in a schema of its own, but for the list of migrations', async () => {
    const rows = await app.app.get(DataSource).query<{ name: string }[]>(
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const names = rows.map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith('chatbot_webhooks.'))).toEqual([
      'public.chatbot_webhooks_migrations',
    ]);
    expect(names).toContain('chatbot_webhooks.delivery');
  });
});

describe('migrations', () => {
  let engine: Engine;
  let dataSource: WebhooksDataSource;
  beforeAll(async () => {
    engine = await newEngine();
    const options = { migrations, migrationsTableName: 'chatbot_webhooks_migrations' };
    dataSource = new WebhooksDataSource(readEnvironment(engine.environment), options);
    await dataSource.initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await engine.drop();
  });

  const tables = async () =>
    (
      await dataSource.query<{ table_name: string }[]>(
        `SELECT table_name FROM information_schema.tables WHERE table_schema = 'chatbot_webhooks'`,
      )
    ).map(({ table_name }) => table_name);
  const columns = () =>
    dataSource.query(
      `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
       WHERE table_schema = 'chatbot_webhooks' ORDER BY 1, 2`,
    );

  it('go down to nothing and up again to the same', async () => {
    const before = await columns();
    expect(before.length).toBeGreaterThan(0);
    for (let index = 0; index < migrations.length; index++) await dataSource.undoLastMigration();
    expect(await tables()).toEqual([]);
    const ran = await dataSource.runMigrations();
    expect(ran).toHaveLength(migrations.length);
    expect(await columns()).toEqual(before);
  });

  it('run once: a second start finds nothing to do', async () => {
    expect(await dataSource.runMigrations()).toEqual([]);
  });
});
