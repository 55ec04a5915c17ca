import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';

const UUID = '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091';

/** The embedded database has one session: what connections send must not mix in it. */
describe('the embedded database under several connections', () => {
  let folder: string;
  let database: EmbeddedPostgres;
  let pool: Pool;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatbot-webhooks-embedded-'));
    database = await EmbeddedPostgres.start(folder);
    pool = new Pool({ host: database.socketFolder, user: 'postgres', database: 'postgres', max: 5 });
  });
  afterAll(async () => {
    await pool.end();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers each statement by its own text and parameters', async () => {
    const statements = [
      { text: 'SELECT $1::int + 1 AS answer', value: 41, answer: 42 },
      { text: 'SELECT $1::text AS answer', value: '41', answer: '41' },
      { text: 'SELECT ($1::int[])[1] AS answer', value: [41, 7], answer: 41 },
      { text: `SELECT length($1::text) AS answer`, value: 'x'.repeat(5000), answer: 5000 },
      { text: `SELECT ($1::json) ->> 'a' AS answer`, value: '{"a": "b"}', answer: 'b' },
    ];
    const wrong: unknown[] = [];

    const lane = async (first: number) => {
      for (let turn = 0; turn < 400; turn++) {
        const { text, value, answer } = statements[(first + turn) % statements.length]!;
        try {
          const { rows } = await pool.query<{ answer: unknown }>(text, [value]);
          if (rows[0]?.answer !== answer) wrong.push({ text, answer: rows[0]?.answer });
        } catch (error) {
          wrong.push({ text, error: String(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, first) => lane(first)));

    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it('keeps statements whole that wait for the end of a transaction', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    const waiting = Promise.all([
      pool.query<{ answer: string[] }>('SELECT $1::uuid[] AS answer', [[UUID]]),
      pool.query<{ answer: number }>('SELECT $1::int + 1 AS answer', [41]),
      pool.query<{ answer: string }>('SELECT upper($1) AS answer', ['abc']),
    ]);
    // Handled here already, or a failure would be reported as nobody's.
    const answers = waiting.then(
      (results) => results.map(({ rows }) => rows[0]?.answer),
      (error: Error) => error.message,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.query('COMMIT');
    client.release();

    expect(await answers).toEqual([[UUID], 42, 'ABC']);
  });

  it('keeps transactions apart', async () => {
    await pool.query('CREATE TABLE counter (value int)');
    await pool.query('INSERT INTO counter VALUES (0)');
    const increment = async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      const { rows } = await client.query<{ value: number }>('SELECT value FROM counter');
      await client.query('UPDATE counter SET value = $1::int', [(rows[0]?.value ?? 0) + 1]);
      await client.query('COMMIT');
      client.release();
    };

    await Promise.all(Array.from({ length: 100 }, increment));

    expect((await pool.query('SELECT value FROM counter')).rows).toEqual([{ value: 100 }]);
  });

  it('keeps what others write out of a transaction that went back to a savepoint', async () => {
    await pool.query('CREATE TABLE note (text text)');
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('SAVEPOINT before');
    await client.query('ROLLBACK TO SAVEPOINT before');
    const written = pool.query(`INSERT INTO note VALUES ('of another')`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.query('ROLLBACK');
    client.release();
    await written;

    expect((await pool.query('SELECT text FROM note')).rows).toEqual([{ text: 'of another' }]);
  });

  it('goes on after a client that vanished inside its transaction', async () => {
    const client = await pool.connect();
    client.on('error', () => undefined);
    await client.query('BEGIN');
    await client.query('INSERT INTO counter VALUES (1000)');
    client.release(true);

    const { rows } = await pool.query('SELECT count(*)::int AS count FROM counter WHERE value = 1000');
    expect(rows).toEqual([{ count: 0 }]);
  });
});
