import { randomUUID } from 'node:crypto';
import { type Scope, SCOPES } from '../src/access/index.js';
import type { Answer, Api } from './support/api.js';
import { aMessage, startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import type { ScriptedReceiver } from './support/receiver.js';

/** Who may call what, for every operation that the server's own OpenAPI document has: none can be forgotten. */
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly hasBody: boolean;
}

/** Something that fits, for operations with a body. */
const BODIES: Record<string, () => unknown> = {
  'POST /v1/organizations': () => ({ name: 'Acme', plan: 'pro' }),
  'PATCH /v1/organizations/{id}': () => ({ plan: 'free' }),
  'POST /v1/organizations/{id}/api-keys': () => ({ name: 'Mine', scopes: SCOPES }),
  'POST /v1/chatbots': () => ({ name: 'Mine', organizationId: mine.organizationId }),
  'PATCH /v1/chatbots/{id}': () => ({ name: 'Mine' }),
  'PUT /v1/chatbots/{id}/webhook': () => ({ enabled: false, url: null, events: [] }),
  'POST /v1/chatbots/{id}/webhook/secret/regenerate': () => ({}),
  'POST /v1/chatbots/{id}/webhook/test': () => ({}),
  'POST /v1/chatbots/{id}/webhook/verify': () => ({ body: '', signature: 'x' }),
  'POST /v1/chatbots/{id}/events': () => aMessage(),
};

let app: TestApp;
let receiver: ScriptedReceiver;
let operations: Operation[];
let mine: TestChatbot;
let deliveryId: string;
let apiKeyId: string;
/** Of another organization, with every scope there is, and a chatbot and delivery of its own. */
let stranger: Api;
let theirs: TestChatbot;

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
  [mine, theirs] = [
    await app.newChatbot({ url: receiver.url(), name: 'Mine alone' }),
    await app.newChatbot({ url: receiver.url() }),
  ];
  deliveryId = await app.emit(mine);
  await app.delivery(mine, deliveryId);
  await app.emit(theirs);
  await app.newKey(mine.organizationId, 'chatbots:read');
  apiKeyId = (await app.api.get(`/v1/organizations/${mine.organizationId}/api-keys`)).body.items[0].id;
  stranger = app.api.as(await app.newKey(theirs.organizationId, ...SCOPES));
  const { paths } = (await app.api.get('/openapi.json')).expect(200).body;
  operations = Object.entries<Record<string, Record<string, unknown>>>(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        scopes: (operation['x-required-scopes'] ?? null) as string[],
        hasBody: operation['requestBody'] !== undefined,
      })),
    );
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

/** Ids of mine in the path, or others in their place. */
function call(api: Api, operation: Operation, ids: Partial<Record<string, string>> = {}): Promise<Answer> {
  const isOrganization = operation.path.startsWith('/v1/organizations');
  const own: Record<string, string> = {
    id: isOrganization ? mine.organizationId : mine.id,
    deliveryId,
    keyId: apiKeyId,
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[name] ?? own[name];
    if (id === undefined) throw new Error(`What stands for {${name}} in ${nameOf(operation)}?`);
    return id;
  });
  const body = operation.hasBody ? BODIES[nameOf(operation)]?.() : undefined;
  return api.call(operation.method, path, { body });
}

/** Everything of an answer but what repeats the request. */
const essence = ({ status, text }: Answer, ...own: string[]) =>
  [mine.id, mine.organizationId, deliveryId, apiKeyId, ...own].reduce(
    (essential, id) => essential.replaceAll(id, '(id)'),
    `${status} ${text}`,
  );

describe('every operation of the OpenAPI document', () => {
  it('is known to these tests, with a body that fits where it takes one', () => {
    expect(operations.length).toBeGreaterThan(20);
    expect(
      operations
        .filter(({ hasBody }) => hasBody)
        .map(nameOf)
        .sort(),
    ).toEqual(Object.keys(BODIES).sort());
    expect(operations.filter(({ scopes }) => scopes === null).map(nameOf)).toEqual([]);
  });

  it('answers 401 without a key, and with one that is none', async () => {
    for (const operation of operations) {
      for (const key of [null, 'nonsense', `cbw_${'A'.repeat(43)}`]) {
        const { status } = await call(app.api.as(key), operation);
        expect([nameOf(operation), key, status]).toEqual([nameOf(operation), key, 401]);
      }
    }
  });

  it('answers 403 to a key that lacks one of its scopes, whatever else it may', async () => {
    let refused = 0;
    for (const operation of operations) {
      for (const missing of operation.scopes) {
        const others = SCOPES.filter((scope: Scope) => scope !== missing);
        const key = await app.newKey(mine.organizationId, ...others);
        const { status, text } = await call(app.api.as(key), operation);
        expect([nameOf(operation), missing, status]).toEqual([nameOf(operation), missing, 403]);
        expect(JSON.parse(text).code).toBe('insufficient_scope');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it("answers to another organization's ids as to ids that name nothing, and changes nothing", async () => {
    const before = await snapshot();
    let hidden = 0;
    for (const operation of operations) {
      if (!operation.path.includes('{') || operation.scopes.includes('platform')) continue;
      const theirAnswer = await call(stranger, operation);
      const nobodys = { id: randomUUID(), deliveryId: randomUUID(), keyId: randomUUID() };
      const noAnswer = await call(stranger, operation, nobodys);
      expect([nameOf(operation), theirAnswer.status]).toEqual([nameOf(operation), 404]);
      expect(essence(theirAnswer)).toBe(essence(noAnswer, ...Object.values(nobodys)));
      // An id of mine below an id of theirs.
      if (/\{id\}.*\{/.test(operation.path)) {
        const mixed = await call(stranger, operation, { id: theirs.id });
        expect([nameOf(operation), mixed.status]).toEqual([nameOf(operation), 404]);
      }
      hidden++;
    }
    expect(hidden).toBeGreaterThan(12);
    expect(await snapshot()).toBe(before);
  });
});

async function snapshot(): Promise<string> {
  const answers = await Promise.all(
    [
      mine.path,
      `${mine.path}/webhook`,
      `${mine.path}/webhook/secret`,
      `${mine.path}/deliveries`,
      `${mine.path}/deliveries/${deliveryId}`,
      `/v1/organizations/${mine.organizationId}`,
    ].map((path) => app.api.get(path)),
  );
  return answers.map((answer) => answer.expect(200).text).join('\n');
}

describe("another organization's things", () => {
  it.each([
    ['a filter of the chatbots', () => `/v1/chatbots?organizationId=${mine.organizationId}`],
    ['a filter of the audit log', () => `/v1/audit-log?organizationId=${mine.organizationId}`],
  ])('cannot be had through %s', async (_what, path) => {
    const answer = await stranger.get(path());
    expect(answer.text).not.toContain(mine.id);
    expect([400, 404]).toContain(answer.status);
  });

  it('cannot be had through a search', async () => {
    const { items } = (await stranger.get('/v1/chatbots?search=Mine')).expect(200).body;
    expect(JSON.stringify(items)).not.toContain(mine.id);
  });

  it.each([
    ['chatbots', () => '/v1/chatbots', () => '/v1/chatbots'],
    ['the audit log', () => '/v1/audit-log', () => '/v1/audit-log'],
    ['deliveries', () => `${mine.path}/deliveries`, () => `${theirs.path}/deliveries`],
  ])('cannot be had with a cursor out of their list of %s', async (_what, owners, strangers) => {
    await app.emit(mine);
    await app.newChatbot({ organizationId: mine.organizationId });
    const owner = app.api.as(await app.newKey(mine.organizationId, ...SCOPES));
    const { nextCursor } = (await owner.get(`${owners()}?limit=1`)).expect(200).body;
    expect(nextCursor).not.toBeNull();
    const answer = await stranger.get(`${strangers()}?limit=100&cursor=${encodeURIComponent(nextCursor)}`);
    expect(answer.text).not.toContain(mine.id);
    expect(answer.text).not.toContain(mine.organizationId);
    expect([200, 400]).toContain(answer.status);
  });

  it('cannot be had with their event id', async () => {
    const event = aMessage('once', { eventId: randomUUID() });
    const ours = await app.emit(mine, event);
    const answer = (await stranger.post(`${theirs.path}/events`, event)).expect(202).body;
    expect(answer).toMatchObject({ eventId: event['eventId' as never], outcome: 'queued' });
    expect(answer.deliveryId).not.toBe(ours);
  });
});
