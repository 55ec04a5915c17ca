import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { SCOPES } from '../src/access/index.js';
import { setUpApp } from '../src/app.setup.js';
import { ChatbotWebhooksModule } from '../src/chatbot-webhooks.module.js';
import { openApiDocument } from '../src/openapi.js';

/*
 * Who may reach what, for every operation of the OpenAPI document: a route that is added is tested from its
 * first day, and fails here until it has an access rule and, with a body, a sample below.
 */

const PLATFORM_KEY = 'platform-key-of-the-tests';
type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

interface Operation {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly hasBody: boolean;
  readonly isOpen: boolean;
  readonly scopes: readonly string[];
}

/** A valid body for each operation that takes one: a 400 would prove nothing about who may. */
const BODIES: Record<string, object> = {
  'post /v1/organizations': { name: 'Intruder', plan: 'pro' },
  'patch /v1/organizations/{id}': { plan: 'free' },
  'post /v1/organizations/{id}/api-keys': { name: 'mine now', scopes: ['secrets:read'] },
  'post /v1/chatbots': { name: 'Bot' },
  'patch /v1/chatbots/{id}': { name: 'Renamed by an intruder' },
  'put /v1/chatbots/{id}/webhook': { enabled: false, url: null, events: [] },
  'post /v1/chatbots/{id}/webhook/secret/regenerate': {},
  'post /v1/chatbots/{id}/webhook/verify': { body: '{}', signature: 'sha256=00' },
  'post /v1/chatbots/{id}/webhook/test': {},
  'post /v1/chatbots/{id}/events': {
    eventType: 'conversation.message',
    data: { conversationId: '0190b0f6-0000-7000-8000-00000000000c', message: 'hello' },
  },
};

let app: NestExpressApplication;
let folder: string;
let operations: Operation[];

const call = (method: Method, path: string, key: string | null, body?: object) => {
  const pending = request(app.getHttpServer())[method](path);
  if (key !== null) pending.set('Authorization', `Bearer ${key}`);
  return body === undefined ? pending : pending.send(body);
};

async function answerOf<Body>(
  method: Method,
  path: string,
  body?: object,
  key = PLATFORM_KEY,
): Promise<Body> {
  const response = await call(method, path, key, body);
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
  return response.body as Body;
}

interface Ids {
  organizationId: string;
  chatbotId: string;
  deliveryId: string;
  keyId: string;
}

interface Tenant extends Ids {
  keyWith(scopes: readonly string[]): Promise<string>;
}

async function newTenant(): Promise<Tenant> {
  const { id: organizationId } = await answerOf<{ id: string }>('post', '/v1/organizations', {
    name: 'T',
    plan: 'pro',
  });
  const newKey = (scopes: readonly string[]) =>
    answerOf<{ id: string; key: string }>('post', `/v1/organizations/${organizationId}/api-keys`, {
      name: 'k',
      scopes,
    });
  const { id: chatbotId } = await answerOf<{ id: string }>('post', '/v1/chatbots', {
    organizationId,
    name: 'Bot',
  });
  await answerOf('put', `/v1/chatbots/${chatbotId}/webhook`, {
    enabled: true,
    url: 'https://127.0.0.1:9/',
    events: [],
  });
  const { deliveryId } = await answerOf<{ deliveryId: string }>(
    'post',
    `/v1/chatbots/${chatbotId}/events`,
    BODIES['post /v1/chatbots/{id}/events'],
  );
  const { id: keyId } = await newKey(['audit:read']);
  const keyWith = async (scopes: readonly string[]) => (await newKey(scopes)).key;
  return { organizationId, chatbotId, deliveryId, keyId, keyWith };
}

function pathFor({ path }: Operation, target: Ids): string {
  const id = path.startsWith('/v1/organizations') ? target.organizationId : target.chatbotId;
  const filled = path
    .replace('{id}', id)
    .replace('{deliveryId}', target.deliveryId)
    .replace('{keyId}', target.keyId);
  if (filled.includes('{')) throw new Error(`The test does not know what to put into ${path}`);
  return filled;
}

function bodyFor({ hasBody, name }: Operation): object | undefined {
  if (!hasBody) return undefined;
  const body = BODIES[name];
  if (body === undefined) throw new Error(`Give ${name} a sample body in BODIES`);
  return body;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenants-'));
  const environment = {
    DATA_DIR: folder,
    ADMIN_API_KEY: PLATFORM_KEY,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    WEBHOOK_RETRY_DELAYS: '1h',
    LOG_LEVEL: 'error',
  };
  const testing = await Test.createTestingModule({
    imports: [ChatbotWebhooksModule.forRoot({ environment, undeclaredRoutes: 'refuse' })],
  }).compile();
  app = testing.createNestApplication<NestExpressApplication>({
    bodyParser: false,
    logger: ['error', 'fatal'],
  });
  setUpApp(app);
  await app.init();
  operations = Object.entries(openApiDocument(app).paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Record<string, unknown>>).map(([method, operation]) => ({
      name: `${method} ${path}`,
      method: method as Method,
      path,
      hasBody: operation['requestBody'] !== undefined,
      isOpen: operation['security'] === undefined,
      scopes: (operation['x-required-scopes'] ?? []) as string[],
    })),
  );
});
afterAll(async () => {
  await app?.close();
  await rm(folder, { recursive: true, force: true });
});

const closed = () => operations.filter(({ isOpen }) => !isOpen);

it('only operations routes are open', () => {
  const open = operations.filter(({ isOpen }) => isOpen).map(({ path }) => path);
  expect(open.filter((path) => !/^\/(health\/(live|ready)|metrics)$/.test(path))).toEqual([]);
  expect(closed().length).toBeGreaterThan(20);
});

it('every other operation answers 401 without a key and with a wrong one', async () => {
  const tenant = await newTenant();
  for (const operation of closed()) {
    for (const key of [null, `cbw_${'A'.repeat(43)}`, `${PLATFORM_KEY}x`]) {
      const { status, body } = await call(
        operation.method,
        pathFor(operation, tenant),
        key,
        bodyFor(operation),
      );
      expect({ operation: operation.name, status, code: body.code }).toEqual({
        operation: operation.name,
        status: 401,
        code: 'unauthenticated',
      });
    }
  }
});

it('every scope is enforced: with all others a key gets 403, naming the one it lacks', async () => {
  const tenant = await newTenant();
  const withoutScope = new Map<string, string>();
  for (const scope of [...SCOPES, 'platform']) {
    withoutScope.set(scope, await tenant.keyWith(SCOPES.filter((other) => other !== scope)));
  }
  for (const operation of closed()) {
    for (const scope of operation.scopes) {
      const key = withoutScope.get(scope) as string;
      const { status, body } = await call(
        operation.method,
        pathFor(operation, tenant),
        key,
        bodyFor(operation),
      );
      expect({ operation: operation.name, status, code: body.code }).toEqual({
        operation: operation.name,
        status: 403,
        code: 'insufficient_scope',
      });
      expect(body.detail).toContain(scope);
    }
  }
});

it("another organization's ids look to a key with every scope as if they named nothing", async () => {
  const [victim, intruder] = [await newTenant(), await newTenant()];
  const key = await intruder.keyWith(SCOPES);
  const nothing: Ids = {
    organizationId: randomUUID(),
    chatbotId: randomUUID(),
    deliveryId: randomUUID(),
    keyId: randomUUID(),
  };
  const before = await stateOf(victim);
  const targeted = closed().filter(({ path }) => path.includes('{'));
  expect(targeted.length).toBeGreaterThan(15);
  for (const operation of targeted) {
    const probe = (target: Ids) =>
      call(operation.method, pathFor(operation, target), key, bodyFor(operation));
    const [there, absent] = [await probe(victim), await probe(nothing)];
    const expected = operation.scopes.includes('platform') ? 403 : 404;
    expect({ operation: operation.name, status: there.status }).toEqual({
      operation: operation.name,
      status: expected,
    });
    expect({ ...there.body, instance: '' }).toEqual({ ...absent.body, instance: '' });
    // One's own chatbot does not open another's delivery either.
    if (operation.path.includes('{deliveryId}')) {
      const crossed = await probe({ ...intruder, deliveryId: victim.deliveryId });
      expect({ operation: operation.name, status: crossed.status }).toEqual({
        operation: operation.name,
        status: 404,
      });
    }
  }
  expect(await stateOf(victim)).toEqual(before);
});

it('another organization cannot be named in a body, a filter or by a cursor, and its event ids are its own', async () => {
  const [victim, intruder] = [await newTenant(), await newTenant()];
  const key = await intruder.keyWith(SCOPES);
  await call('post', '/v1/chatbots', key, { organizationId: victim.organizationId, name: 'Spy' }).expect(404);
  await call('get', `/v1/audit-log?organizationId=${victim.organizationId}`, key).expect(404);

  await answerOf('post', '/v1/chatbots', { organizationId: victim.organizationId, name: 'Second' });
  const victimsKey = await victim.keyWith(SCOPES);
  for (const list of ['/v1/chatbots', '/v1/audit-log']) {
    const page = await answerOf<{ nextCursor: string }>('get', `${list}?limit=1`, undefined, victimsKey);
    const { body } = await call('get', `${list}?cursor=${page.nextCursor}`, key).expect(200);
    expect(JSON.stringify(body)).not.toContain(victim.organizationId);
    expect(JSON.stringify(body)).not.toContain(victim.chatbotId);
  }

  const event = { ...BODIES['post /v1/chatbots/{id}/events'], eventId: 'order-1' };
  const theirs = await answerOf<{ deliveryId: string }>(
    'post',
    `/v1/chatbots/${victim.chatbotId}/events`,
    event,
  );
  const { body: ours } = await call('post', `/v1/chatbots/${intruder.chatbotId}/events`, key, event).expect(
    202,
  );
  expect(ours).toMatchObject({ outcome: 'queued', eventId: 'order-1' });
  expect(ours.deliveryId).not.toBe(theirs.deliveryId);
});

async function stateOf({ organizationId, chatbotId }: Tenant): Promise<unknown> {
  const parts = [
    `/v1/organizations/${organizationId}`,
    `/v1/organizations/${organizationId}/api-keys`,
    `/v1/chatbots/${chatbotId}`,
    `/v1/chatbots/${chatbotId}/webhook`,
    `/v1/chatbots/${chatbotId}/webhook/secret`,
  ];
  return Promise.all(parts.map((path) => answerOf('get', path)));
}
