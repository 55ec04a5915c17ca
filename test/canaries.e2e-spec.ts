import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCOPES } from '../src/access/index.js';
import { readEnvironment } from '../src/config/index.js';
import { WebhooksDataSource } from '../src/database/index.js';
import { Api } from './support/api.js';
import { aMessage, startReceiver } from './support/app.js';
import { type Engine, newEngine } from './support/engine.js';
import type { ScriptedReceiver } from './support/receiver.js';

const SERVER = 'dist/main.js';
const canary = (name: string) => `canary-${name}-${randomBytes(6).toString('hex')}`;

/** What must not be found where it does not belong, by name. Those that the server makes are added on the way. */
const secrets = new Map<string, string>();
const platformKey = canary('platform-key');
const encryptionKey = randomBytes(32);
secrets.set('platform key', platformKey);
/** Data of events: in `request_body` and at its receiver, and nowhere else. */
const payload = canary('payload');
/** Receivers' owners put credentials there. It is theirs to see, and no log's. */
const queryToken = canary('query');

let engine: Engine;
let receiver: ScriptedReceiver;
let server: ChildProcess;
let api: Api;
/** Everything that the server printed at its most talkative. */
let logs = '';
/** Everything that the API answered but where a secret is asked for. */
const answers: { route: string; text: string }[] = [];
const inRedis = new Set<string>();
let isWatchingRedis = true;
let watchingRedis: Promise<void>;

beforeAll(async () => {
  if (!existsSync(SERVER)) throw new Error(`${SERVER} is missing: run \`npx nest build\` first.`);
  [engine, receiver] = await Promise.all([newEngine(), startReceiver()]);
  await makeEventsFail();
  api = new Api(await startServer(), platformKey);
  watchingRedis = watchRedis();
  await drive();
  isWatchingRedis = false;
  await watchingRedis;
  await stopServer();
}, 120_000);
afterAll(async () => {
  if (server?.exitCode === null && server.signalCode === null) await stopServer();
  await receiver.close();
  await engine.drop();
});

const variables = () => ({
  ...engine.environment,
  SECRET_KEYS: `canary:${encryptionKey.toString('base64')}`,
});

/** A statement that fails carries its parameters with it: the body of the event among them. */
async function makeEventsFail(): Promise<void> {
  await onDatabase(async (query) => {
    await query(`CREATE FUNCTION public.refuse_delivery() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'refused by a trigger' USING ERRCODE = '23514'; END $$`);
    await query(`CREATE TRIGGER refuse_delivery BEFORE INSERT ON chatbot_webhooks.delivery
      FOR EACH ROW WHEN (NEW.event_id LIKE 'refused-%') EXECUTE FUNCTION public.refuse_delivery()`);
  });
}

type Query = <Row>(statement: string, parameters?: unknown[]) => Promise<Row[]>;

/** While no server runs: the embedded database is for one process. */
async function onDatabase<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
  const database = await new WebhooksDataSource(readEnvironment(variables()), {}).initialize();
  try {
    return await work((statement, parameters) => database.query(statement, parameters));
  } finally {
    await database.destroy();
  }
}

async function startServer(): Promise<string> {
  const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
  server = spawn(process.execPath, [SERVER], {
    env: {
      PATH,
      HOME,
      NODE_EXTRA_CA_CERTS,
      PORT: '0',
      ...(variables() as Record<string, string>),
      ADMIN_API_KEY: platformKey,
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      WEBHOOK_RETRY_DELAYS: '50ms,1h',
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'json',
    },
  });
  return new Promise((resolve, reject) => {
    const note = (data: Buffer) => {
      logs += data.toString();
      const match = /"url":"(http:[^"]+)"/.exec(logs);
      if (match) resolve(match[1]!);
    };
    server.stdout?.on('data', note);
    server.stderr?.on('data', note);
    server.once('exit', () => reject(new Error(`The server ended:\n${logs}`)));
  });
}

async function stopServer(): Promise<void> {
  const ended = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGTERM');
  await ended;
}

/** Looks at every key, again and again: jobs come and go within milliseconds. */
async function watchRedis(): Promise<void> {
  const url = engine.environment['REDIS_URL'];
  if (url === undefined) return;
  const redis = new Redis(url);
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, 0, -1, 'WITHSCORES'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  while (isWatchingRedis) {
    for await (const keys of redis.scanStream({ count: 1000 }) as AsyncIterable<string[]>) {
      for (const key of keys) {
        const content = await readers[await redis.type(key)]?.(key).catch(() => null);
        inRedis.add(`${key} ${JSON.stringify(content ?? null)}`);
      }
    }
    await sleep(2);
  }
  await redis.quit();
}

/** An answer that is looked through afterwards. */
async function call(method: string, path: string, body?: unknown, key?: string | null) {
  const answer = await (key === undefined ? api : api.as(key)).call(method, path, { body });
  const text = `${answer.status} ${JSON.stringify([...answer.headers])} ${answer.text}`;
  answers.push({ route: `${method} ${path.split('?')[0]}`, text });
  return answer;
}

async function newSecret(name: string, path: string, method = 'GET', body?: unknown): Promise<void> {
  const { secret } = (await api.call(method, path, { body })).expect(200).body;
  secrets.set(name, secret);
}

async function drive(): Promise<void> {
  const organization = (await call('POST', '/v1/organizations', { name: 'Acme', plan: 'pro' })).body.id;
  const keys = `/v1/organizations/${organization}/api-keys`;
  for (const name of ['living', 'revoked']) {
    const { id, key } = (await api.post(keys, { name, scopes: SCOPES })).expect(201).body;
    secrets.set(`API key, ${name}`, key);
    if (name === 'revoked') (await call('DELETE', `${keys}/${id}`)).expect(204);
  }
  const key = secrets.get('API key, living')!;
  const { id } = (await call('POST', '/v1/chatbots', { name: 'Bot' }, key)).expect(201).body;
  const webhook = `/v1/chatbots/${id}/webhook`;
  const save = (path: string) =>
    call(
      'PUT',
      webhook,
      { enabled: true, url: `${receiver.url(path)}?token=${queryToken}`, events: [] },
      key,
    );

  receiver.script('/failing', { status: 500 });
  (await save('/good')).expect(200);
  await newSecret('first secret', `${webhook}/secret`);
  await newSecret('secret with overlap', `${webhook}/secret/regenerate`, 'POST', { overlapSeconds: 3600 });
  const event = () => aMessage(payload, { eventId: randomUUID() });
  const emit = async () =>
    (await call('POST', `/v1/chatbots/${id}/events`, event(), key)).expect(202).body.deliveryId;
  const delivery = (deliveryId: string) => api.get(`/v1/chatbots/${id}/deliveries/${deliveryId}`);

  const delivered = await emit();
  await until(async () => (await delivery(delivered)).body.status === 'delivered');
  (await call('POST', `/v1/chatbots/${id}/deliveries/${delivered}/redeliver`, undefined, key)).expect(202);
  (await call('POST', `${webhook}/test`, {}, key)).expect(202);
  (await save('/failing')).expect(200);
  await newSecret('last secret', `${webhook}/secret/regenerate`, 'POST', {});
  const failing = await emit();
  // It then waits for an hour, in Redis as well.
  await until(async () => (await delivery(failing)).body.attemptCount === 2);

  // What goes wrong, on our side and on theirs.
  const refused = aMessage(payload, { eventId: `refused-${randomUUID()}` });
  (await call('POST', `/v1/chatbots/${id}/events`, refused, key)).expect(500);
  (await call('GET', `/v1/me`, undefined, secrets.get('API key, revoked'))).expect(401);
  (await call('GET', `/v1/me`, undefined, `${key}x`)).expect(401);
  (await call('GET', `/v1/me?api_key=${key}`, undefined, null)).expect(401);
  (await call('GET', `/v1/nothing?api_key=${key}`, undefined, key)).expect(404);
  (await call('PUT', webhook, { enabled: true, url: 'http://a', events: [] }, key)).expect(400);
  (await call('PUT', webhook, { enabled: true, secret: secrets.get('last secret') }, key)).expect(400);
  (
    await call('POST', `/v1/chatbots/${id}/events`, { eventType: 'lead.captured', data: { x: payload } }, key)
  ).expect(400);
  (await call('POST', `/v1/chatbots/${id}/events`, { data: payload }, key)).expect(400);
  const raw = await api
    .as(key)
    .call('POST', `/v1/chatbots/${id}/events`, { rawBody: `{"data": "${payload}` });
  answers.push({ route: 'POST of what is no JSON', text: raw.expect(400).text });
  const signature = secrets.get('last secret');
  (await call('POST', `${webhook}/verify`, { body: 'text', signature }, key)).expect(200);

  // Lists and everything else that can be read.
  for (const path of [
    webhook,
    keys,
    `/v1/chatbots`,
    `/v1/chatbots/${id}`,
    `/v1/chatbots/${id}/deliveries`,
    `/v1/chatbots/${id}/overview`,
    '/v1/audit-log',
    '/v1/event-types',
    '/v1/me',
    '/health/ready',
    '/metrics',
    '/openapi.json',
  ]) {
    (await call('GET', path)).expect(200);
  }
}

async function until(isReached: () => Promise<boolean>): Promise<void> {
  for (const endsAtMs = performance.now() + 15_000; !(await isReached()); await sleep(20)) {
    if (performance.now() > endsAtMs) throw new Error(`Waited in vain. The server said:\n${logs}`);
  }
}

/** Every way in which somebody may have written it down. */
function writings(text: string): string[] {
  const bytes = Buffer.from(text);
  const decoded = text.startsWith('whsec_') ? [Buffer.from(text.slice(6), 'base64')] : [];
  return [bytes, ...decoded].flatMap((each) => [
    ...(each === bytes ? [text, encodeURIComponent(text), text.slice(6)] : []),
    each.toString('hex'),
    each.toString('base64').replace(/=+$/, ''),
    each.toString('base64url'),
    [...each].join(),
  ]);
}

/** The names of the canaries that `text` holds. */
function found(text: string, more: Record<string, string> = {}): string[] {
  const wanted = [...secrets, ['encryption key', encryptionKey.toString('base64')] as const];
  return [...wanted, ...Object.entries(more)]
    .filter(([, value]) => writings(value).some((writing) => text.includes(writing)))
    .concat(text.includes(encryptionKey.toString('hex')) ? [['encryption key', '']] : [])
    .map(([name]) => name);
}

describe('canaries', () => {
  it('are six secrets and a payload, which have been through everything', () => {
    expect([...secrets.keys()]).toEqual([
      'platform key',
      'API key, living',
      'API key, revoked',
      'first secret',
      'secret with overlap',
      'last secret',
    ]);
    expect(receiver.requests.some(({ body }) => body.includes(payload))).toBe(true);
    expect(found(`x ${[...secrets.values()].join()} y`)).toHaveLength(6);
    expect(found(Buffer.from(secrets.get('last secret')!).toString('hex'))).toEqual(['last secret']);
  });

  it('are not in the logs at level trace, nor are payloads and query strings', () => {
    expect(logs).toContain('delivery.attempted');
    expect(logs).toContain('refused by a trigger');
    expect(found(logs, { payload, queryToken })).toEqual([]);
  });

  it('are in no answer but the one that asks for them', () => {
    // The URL, with its query string, is the owner's to see.
    const showsUrl = /^(PUT|GET) .+\/(webhook|audit-log)$/;
    expect(answers.filter(({ route }) => showsUrl.test(route)).length).toBeGreaterThan(4);
    for (const { route, text } of answers) {
      const names = found(text, showsUrl.test(route) ? { payload } : { payload, queryToken });
      expect({ route, names }).toEqual({ route, names: [] });
    }
  });

  it('are nowhere in the database, and payloads in request_body alone', async () => {
    await onDatabase(async (query) => {
      const columns = await query<{ name: string; schema: string; table: string; column: string }>(`
        SELECT table_schema AS schema, table_name AS table, column_name AS column
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`);
      expect(columns.length).toBeGreaterThan(50);
      const places: string[] = [];
      let texts = 0;
      for (const { schema, table, column } of columns) {
        const rows = await query<{ text: string | null }>(
          `SELECT "${column}"::text AS text FROM "${schema}"."${table}" WHERE "${column}" IS NOT NULL`,
        );
        for (const { text } of rows) {
          texts++;
          for (const name of found(text ?? '', { payload })) places.push(`${name} in ${table}.${column}`);
        }
      }
      expect(texts).toBeGreaterThan(100);
      expect([...new Set(places)]).toEqual(['payload in delivery.request_body']);
    });
  });

  it('are in no file that the server wrote', async () => {
    const folder = engine.environment['DATA_DIR']!;
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const places = await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const names = found((await readFile(join(parentPath, name))).toString('latin1'));
        return names.map((secret) => `${secret} in ${name}`);
      }),
    );
    expect(places.flat()).toEqual([]);
  });

  it('are not in Redis, nor are payloads: ids only', () => {
    if (engine.environment['REDIS_URL'] === undefined) {
      expect(inRedis.size).toBe(0);
      return;
    }
    const everything = [...inRedis].join('\n');
    expect(everything).toMatch(/"deliveryId/);
    expect(everything).toContain('rate:test:');
    expect(found(everything, { payload, queryToken })).toEqual([]);
  });
});
