import { randomUUID } from 'node:crypto';
import { SCOPES } from '../src/access/index.js';
import type { Api, Answer } from './support/api.js';
import { aMessage, startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import type { ScriptedReceiver } from './support/receiver.js';

let app: TestApp;
let receiver: ScriptedReceiver;
let chatbot: TestChatbot;
let deliveryId: string;
/** Of another organization, with every scope there is. */
let stranger: Api;
beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
  chatbot = await app.newChatbot({ url: receiver.url() });
  deliveryId = await app.emit(chatbot);
  await app.delivery(chatbot, deliveryId);
  stranger = app.api.as(await app.newKey(await app.newOrganization(), ...SCOPES));
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const settings = { enabled: false, url: null, events: [] };
/** Every route with an id in it: method, path after the chatbot's, body, and the scopes that it takes. */
const ROUTES: [string, string, unknown, string[]][] = [
  ['GET', '', undefined, ['chatbots:read']],
  ['PATCH', '', { name: 'Mine' }, ['chatbots:write']],
  ['GET', '/webhook', undefined, ['webhooks:read']],
  ['PUT', '/webhook', settings, ['webhooks:write']],
  ['GET', '/webhook/secret', undefined, ['secrets:read']],
  ['POST', '/webhook/secret/regenerate', {}, ['webhooks:write', 'secrets:read']],
  ['DELETE', '/webhook/secret', undefined, ['webhooks:write']],
  ['POST', '/webhook/test', {}, ['webhooks:write']],
  ['POST', '/webhook/verify', { body: '', signature: 'x' }, ['webhooks:read']],
  ['GET', '/deliveries', undefined, ['deliveries:read']],
  ['GET', '/overview', undefined, ['deliveries:read']],
  ['GET', '/deliveries/{deliveryId}', undefined, ['deliveries:read']],
  ['POST', '/deliveries/{deliveryId}/redeliver', undefined, ['deliveries:write']],
  ['POST', '/events', aMessage(), ['events:write']],
  ['DELETE', '', undefined, ['chatbots:write']],
];
const pathOf = (id: string, suffix: string) =>
  `/v1/chatbots/${id}${suffix.replace('{deliveryId}', deliveryId)}`;
const call = (api: Api, method: string, path: string, body: unknown): Promise<Answer> =>
  api.call(method, path, { body });

describe("another organization's ids", () => {
  it.each(ROUTES)('answer %s …%s like ids that name nothing', async (method, suffix, body) => {
    const theirs = (await call(stranger, method, pathOf(chatbot.id, suffix), body)).expect(404).body;
    const nobodys = (await call(stranger, method, pathOf(randomUUID(), suffix), body)).expect(404).body;
    expect(theirs).toEqual({ ...nobodys, instance: theirs.instance });
    expect(theirs).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('change nothing: everything is as it was', async () => {
    expect((await app.api.get(chatbot.path)).expect(200).body.name).toBe('Support Bot');
    expect((await app.api.get(`${chatbot.path}/webhook`)).expect(200).body).toMatchObject({
      enabled: true,
      secret: { configured: true },
    });
    expect((await app.api.get(`${chatbot.path}/deliveries`)).expect(200).body.items).toHaveLength(1);
  });

  it('are no way to a delivery of theirs, under a chatbot of one’s own', async () => {
    const mine = (await stranger.post('/v1/chatbots', { name: 'Mine' })).expect(201).body;
    (await stranger.get(`/v1/chatbots/${mine.id}/deliveries/${deliveryId}`)).expect(404);
    (await stranger.post(`/v1/chatbots/${mine.id}/deliveries/${deliveryId}/redeliver`)).expect(404);
    expect((await stranger.get('/v1/chatbots')).expect(200).body.items).toEqual([mine]);
    expect((await stranger.get('/v1/chatbots?search=Support')).expect(200).body.items).toEqual([]);
  });

  it('take no chatbot of mine: theirs is 404, a taken id 409 without telling whose it is', async () => {
    const { organizationId, id } = chatbot;
    expect((await stranger.post('/v1/chatbots', { name: 'x', organizationId })).expect(404).body.code).toBe(
      'not_found',
    );
    const { body } = (await stranger.post('/v1/chatbots', { name: 'x', id })).expect(409);
    expect(body.code).toBe('conflict');
    expect(body.detail).not.toContain(organizationId);
  });

  it('share no event ids', async () => {
    const mine = (await stranger.post('/v1/chatbots', { name: 'Mine' })).expect(201).body;
    (
      await stranger.put(`/v1/chatbots/${mine.id}/webhook`, {
        ...settings,
        enabled: true,
        url: receiver.url(),
      })
    ).expect(200);
    const event = aMessage('x', { eventId: 'same' });
    const theirs = await app.emit(chatbot, event);
    const { body } = (await stranger.post(`/v1/chatbots/${mine.id}/events`, event)).expect(202);
    expect(body.deliveryId).not.toBe(theirs);
  });
});

describe('scopes', () => {
  it.each(ROUTES)('%s …%s takes its own and no other', async (method, suffix, body, scopes) => {
    const own = await app.newChatbot({ url: receiver.url() });
    const path = pathOf(own.id, suffix);
    const without = SCOPES.filter((scope) => !scopes.includes(scope));
    const refused = await call(
      app.api.as(await app.newKey(own.organizationId, ...without)),
      method,
      path,
      body,
    );
    expect(refused.expect(403).body.code).toBe('insufficient_scope');
    const admitted = await call(
      app.api.as(await app.newKey(own.organizationId, ...scopes)),
      method,
      path,
      body,
    );
    // A delivery of another chatbot is in the path of some: to be told so, one has to be let in.
    expect([admitted.status, admitted.body?.code]).not.toEqual([403, 'insufficient_scope']);
    expect(admitted.status).toBeLessThan(500);
  });

  it.each(ROUTES)('%s …%s answers 401 without a key', async (method, suffix, body) => {
    const { status, body: problem } = await call(app.api.as(null), method, pathOf(chatbot.id, suffix), body);
    expect([status, problem.code]).toEqual([401, 'unauthenticated']);
  });

  it('none are needed for the catalog, but a key is', async () => {
    const key = await app.newKey(chatbot.organizationId, 'audit:read');
    (await app.api.as(key).get('/v1/event-types')).expect(200);
    (await app.api.as(null).get('/v1/event-types')).expect(401);
  });
});

describe('chatbots', () => {
  it('of an organization key are its own by default', async () => {
    const organizationId = await app.newOrganization();
    const api = app.api.as(await app.newKey(organizationId, 'chatbots:write', 'chatbots:read'));
    const id = randomUUID();
    const created = (await api.post('/v1/chatbots', { id, name: '  Bot ' })).expect(201).body;
    expect(created).toMatchObject({ id, organizationId, name: 'Bot' });
    expect((await api.get(`/v1/chatbots/${id.toUpperCase()}`)).expect(200).body).toEqual(created);
    const renamed = (await api.patch(`/v1/chatbots/${id}`, { name: 'Other' })).expect(200).body;
    expect(renamed).toMatchObject({ id, name: 'Other' });
  });

  it.each([
    ['the platform key without an organization', { name: 'x' }, 'organizationId'],
    ['no name', {}, 'name'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a name of 201 characters', { name: 'x'.repeat(201) }, 'name'],
    ['a lone surrogate in the name', { name: '\ud800' }, 'name'],
    ['a name in a list', { name: ['x'] }, 'name'],
    ['an id that is no UUID', { id: 'bot-1', name: 'x' }, 'id'],
    ['null for an id', { id: null, name: 'x' }, 'id'],
    ['an unknown field', { name: 'x', plan: 'pro' }, 'plan'],
  ])('are refused with %s', async (what, body, field) => {
    const withOwner = field === 'organizationId' ? body : { organizationId: chatbot.organizationId, ...body };
    const problem = (await app.api.post('/v1/chatbots', withOwner)).expect(400).body;
    expect(problem).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
  });

  it('of an organization that is not there are 404', async () => {
    const body = { name: 'x', organizationId: randomUUID() };
    expect((await app.api.post('/v1/chatbots', body)).expect(404).body.code).toBe('not_found');
  });

  it('come in pages that hold each of them once, and can be searched', async () => {
    const organizationId = await app.newOrganization();
    const api = app.api.as(await app.newKey(organizationId, 'chatbots:read'));
    const ids = [];
    for (const name of ['Alpha 100%', 'beta_1', 'Gamma', 'alphabet', 'back\\slash']) {
      ids.push((await app.newChatbot({ name, organizationId })).id);
    }
    const seen: string[] = [];
    for (let path: string | null = '/v1/chatbots?limit=2'; path !== null;) {
      const page: { items: { id: string }[]; nextCursor: string | null } = (await api.get(path)).expect(
        200,
      ).body;
      seen.push(...page.items.map(({ id }) => id));
      path = page.nextCursor && `/v1/chatbots?limit=2&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual([...ids].sort());
    const found = async (search: string) =>
      (await api.get(`/v1/chatbots?search=${encodeURIComponent(search)}`)).body.items
        .map(({ name }: { name: string }) => name)
        .sort();
    expect(await found('ALPHA')).toEqual(['Alpha 100%', 'alphabet']);
    expect(await found('%')).toEqual(['Alpha 100%']);
    expect(await found('_')).toEqual(['beta_1']);
    expect(await found('\\')).toEqual(['back\\slash']);
  });
});
