import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { aMessage, startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import { ENGINE } from './support/engine.js';
import type { ScriptedReceiver } from './support/receiver.js';

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const read = async ({ path }: TestChatbot) => (await app.api.get(`${path}/webhook`)).expect(200);
const outcomeOf = async (chatbot: TestChatbot, event = aMessage()): Promise<string> =>
  (await app.api.post(`${chatbot.path}/events`, event)).expect(202).body.outcome;

const putIfMatch = ({ path }: TestChatbot, etag: string) =>
  app.api.put(`${path}/webhook`, { enabled: false, url: null, events: [] }, { 'If-Match': etag });

describe('webhook settings', () => {
  it('are empty before the first save, and what was saved afterwards', async () => {
    const chatbot = await app.newChatbot();
    expect((await read(chatbot)).body).toMatchObject({
      enabled: false,
      url: null,
      events: [],
      saved: false,
      secret: { configured: false, hint: null, previousExpiresAt: null },
      entitled: true,
      requiredPlans: ['pro', 'business', 'enterprise'],
      updatedAt: null,
    });
    const settings = { enabled: true, url: 'https://127.0.0.1/x', events: ['lead.captured'] };
    const saved = (await app.api.put(`${chatbot.path}/webhook`, settings)).expect(200).body;
    expect(saved).toMatchObject({ ...settings, saved: true, secret: { configured: true } });
    expect(saved.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await read(chatbot)).body).toEqual(saved);
  });

  it('show the URL in canonical form', async () => {
    const chatbot = await app.newChatbot();
    await app.save(chatbot, { url: 'https://Example.COM:443/a/../b?q=ü#top' });
    expect((await read(chatbot)).body.url).toBe('https://example.com/b?q=%C3%BC');
  });

  it('may be saved disabled and without a URL', async () => {
    const chatbot = await app.newChatbot();
    await app.save(chatbot, { enabled: false, url: null });
    expect((await read(chatbot)).body).toMatchObject({ saved: true, enabled: false, url: null });
  });

  it('keep each event type once', async () => {
    const chatbot = await app.newChatbot({
      url: receiver.url(),
      events: ['lead.captured', 'conversation.reply', 'lead.captured'],
    });
    expect((await read(chatbot)).body.events).toEqual(['lead.captured', 'conversation.reply']);
  });

  const valid = { enabled: true, url: 'https://127.0.0.1/', events: [] };
  it.each([
    ['no enabled', { enabled: undefined }, 'enabled'],
    ['enabled as text', { enabled: 'true' }, 'enabled'],
    ['enabled null', { enabled: null }, 'enabled'],
    ['no url', { url: undefined }, 'url'],
    ['a url that is a number', { url: 1 }, 'url'],
    ['an empty url', { url: '' }, 'url'],
    ['http', { url: 'http://example.com/' }, 'url'],
    ['another scheme', { url: 'ftp://example.com/' }, 'url'],
    ['no scheme', { url: 'example.com' }, 'url'],
    ['user and password', { url: 'https://a:b@example.com/' }, 'url'],
    ['a private address', { url: 'https://10.0.0.1/' }, 'url'],
    ['localhost', { url: 'https://localhost/' }, 'url'],
    ['2049 characters', { url: `https://example.com/${'a'.repeat(2029)}` }, 'url'],
    ['NUL in the url', { url: 'https://example.com/\u0000' }, 'url'],
    ['enabled without a url', { url: null }, 'url'],
    ['no events', { events: undefined }, 'events'],
    ['events null', { events: null }, 'events'],
    ['events as text', { events: 'lead.captured' }, 'events'],
    ['a number among the events', { events: [1] }, 'events'],
    ['an unknown event', { events: ['lead.captured', 'lead.lost'] }, 'events.1'],
    ['an unknown field', { secret: 'x' }, 'secret'],
    ['a field of the answer', { saved: true }, 'saved'],
    ['constructor', JSON.parse('{"constructor":1}'), 'constructor'],
    ['__proto__', JSON.parse('{"__proto__":1}'), '__proto__'],
  ])('refuse %s, by the field, and store nothing', async (_what, change, field) => {
    const chatbot = await app.newChatbot();
    const body = Object.assign(Object.create(null), valid, {});
    for (const key of Object.keys(change)) {
      Object.defineProperty(body, key, { value: change[key as never], enumerable: true, configurable: true });
    }
    const problem = (await app.api.put(`${chatbot.path}/webhook`, body)).expect(400).body;
    expect(problem).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
    expect((await read(chatbot)).body.saved).toBe(false);
  });

  it('take a URL of 2048 characters', async () => {
    const url = `https://example.com/${'a'.repeat(2028)}`;
    const chatbot = await app.newChatbot({ url });
    expect((await read(chatbot)).body.url).toBe(url);
  });

  it('name every wrong field at once', async () => {
    const chatbot = await app.newChatbot();
    const { body } = await app.api.put(`${chatbot.path}/webhook`, { url: 5, extra: 1 });
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'enabled',
      'events',
      'extra',
      'url',
    ]);
  });

  it('suggest the event type that was meant', async () => {
    const chatbot = await app.newChatbot();
    const answer = await app.api.put(`${chatbot.path}/webhook`, { ...valid, events: ['lead.capturd'] });
    expect(answer.expect(400).body.errors[0].message).toContain('lead.captured');
  });
});

describe('two admins at once', () => {
  it('are told apart by ETag and If-Match', async () => {
    const chatbot = await app.newChatbot();
    const unsaved = (await read(chatbot)).headers.get('etag')!;
    const settings = { enabled: false, url: null, events: [] };
    const put = (etag: string) => app.api.put(`${chatbot.path}/webhook`, settings, { 'If-Match': etag });

    const first = (await put(unsaved)).expect(200).headers.get('etag')!;
    expect(first).not.toBe(unsaved);
    expect((await read(chatbot)).headers.get('etag')).toBe(first);
    expect((await put(unsaved)).expect(412).body.code).toBe('stale');
    const second = (await put(first)).expect(200).headers.get('etag')!;
    for (const etag of [first, '"nonsense"', 'nonsense', '""']) (await put(etag)).expect(412);
    (await put(second)).expect(200);
    (await put('*')).expect(200);
    (await app.api.put(`${chatbot.path}/webhook`, settings)).expect(200);
  });

  it('only one of many saves with the same ETag wins', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const etag = (await read(chatbot)).headers.get('etag')!;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        app.api.put(
          `${chatbot.path}/webhook`,
          { enabled: false, url: null, events: [] },
          { 'If-Match': etag },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
  });

  it('are told when there is nothing new', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const etag = (await read(chatbot)).headers.get('etag')!;
    // Left alone, fetch would ask for a fresh answer.
    const headers = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' };
    (await app.api.get(`${chatbot.path}/webhook`, headers)).expect(304);
    await app.save(chatbot, { url: receiver.url('/new') });
    (await app.api.get(`${chatbot.path}/webhook`, headers)).expect(200);
  });

  it('may name several ETags, one of which has to hold', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const etag = (await read(chatbot)).headers.get('etag')!;
    (await putIfMatch(chatbot, '"998", "999"')).expect(412);
    (await putIfMatch(chatbot, `"999", ${etag}`)).expect(200);
  });

  it('see by the ETag that the plan has changed, which is no reason to refuse a save', async () => {
    const organizationId = await app.newOrganization();
    const chatbot = await app.newChatbot({ url: receiver.url(), organizationId });
    const moveTo = async (plan: string) =>
      (await app.api.patch(`/v1/organizations/${organizationId}`, { plan })).expect(200);
    const entitled = (await read(chatbot)).headers.get('etag')!;
    await moveTo('free');
    const unpaid = (await read(chatbot)).headers.get('etag')!;
    expect(unpaid).not.toBe(entitled);
    await moveTo('enterprise');
    expect((await read(chatbot)).headers.get('etag')).toBe(entitled);
    (await putIfMatch(chatbot, unpaid)).expect(200);
  });

  it('a new secret is a change as well', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const etag = (await read(chatbot)).headers.get('etag')!;
    (await app.api.post(`${chatbot.path}/webhook/secret/regenerate`)).expect(200);
    const settings = { enabled: false, url: null, events: [] };
    (await app.api.put(`${chatbot.path}/webhook`, settings, { 'If-Match': etag })).expect(412);
  });

  it('do not renew or remove a secret that the other has changed', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const first = (await read(chatbot)).headers.get('etag')!;
    const regenerate = (etag: string) =>
      app.api.post(`${chatbot.path}/webhook/secret/regenerate`, { overlapSeconds: 60 }, { 'If-Match': etag });
    const remove = (etag: string) =>
      app.api.call('DELETE', `${chatbot.path}/webhook/secret`, { headers: { 'If-Match': etag } });

    const second = (await regenerate(first)).expect(200).headers.get('etag')!;
    expect((await read(chatbot)).headers.get('etag')).toBe(second);
    const secret = await app.secretOf(chatbot);
    for (const refused of [await regenerate(first), await remove(first), await remove('"nonsense"')]) {
      expect(refused.expect(412).body.code).toBe('stale');
    }
    expect(await app.secretOf(chatbot)).toBe(secret);
    (await remove(`W/${second}`)).expect(204);
    (await remove(second)).expect(412);
    (await remove('*')).expect(204);
  });
});

describe('a chatbot that is deleted', () => {
  it('leaves no settings and no secret, whatever is saved in that moment', async () => {
    const chatbots = await Promise.all(Array.from({ length: 40 }, () => app.newChatbot()));
    for (const chatbot of chatbots) {
      const [deleted, saved] = await Promise.all([
        app.api.delete(chatbot.path),
        app.api.put(`${chatbot.path}/webhook`, { enabled: false, url: null, events: [] }),
      ]);
      deleted.expect(204);
      expect([200, 404]).toContain(saved.status);
    }
    const left = await app.app
      .get(DataSource)
      .query('SELECT chatbot_id FROM chatbot_webhooks.webhook_settings WHERE chatbot_id = ANY ($1::uuid[])', [
        chatbots.map(({ id }) => id),
      ]);
    expect(left).toEqual([]);
  });
});

describe('a saved change', () => {
  it('holds for the very next event', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    for (let round = 0; round < 3; round++) {
      await app.save(chatbot, { enabled: false, url: receiver.url() });
      expect(await outcomeOf(chatbot)).toBe('disabled');
      await app.save(chatbot, { url: receiver.url(`/round-${round}`) });
      const deliveryId = await app.emit(chatbot);
      expect((await receiver.waitForDelivery(deliveryId))[0]?.path).toBe(`/round-${round}`);
    }
  });

  // The embedded database is one process's.
  if (ENGINE === 'servers') {
    it('reaches another process within a second', async () => {
      const other = await startApp({ engine: app.engine });
      try {
        const chatbot = await app.newChatbot({ url: receiver.url() });
        const emitElsewhere = async () =>
          (await other.api.post(`${chatbot.path}/events`, aMessage())).expect(202).body.outcome;
        expect(await emitElsewhere()).toBe('queued');
        await app.save(chatbot, { enabled: false, url: receiver.url() });
        const savedAtMs = performance.now();
        while ((await emitElsewhere()) !== 'disabled') {
          expect(performance.now() - savedAtMs).toBeLessThan(1000);
        }
        await app.api.patch(`/v1/organizations/${chatbot.organizationId}`, { plan: 'free' });
        const patchedAtMs = performance.now();
        while ((await emitElsewhere()) !== 'plan_required') {
          expect(performance.now() - patchedAtMs).toBeLessThan(1000);
        }
      } finally {
        await other.close();
      }
    });
  }
});

describe('the selection of events', () => {
  it('empty means all', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url(), events: [] });
    const conversationId = randomUUID();
    for (const event of [
      { eventType: 'lead.captured', data: {} },
      { eventType: 'conversation.started', data: { conversationId } },
      aMessage(),
      {
        eventType: 'conversation.reply',
        data: { conversationId, messageId: randomUUID(), userMessage: '', reply: '' },
      },
    ]) {
      expect(await outcomeOf(chatbot, event as never)).toBe('queued');
    }
  });

  it('lets through what is selected and nothing else', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url(), events: ['lead.captured'] });
    expect(await outcomeOf(chatbot, { eventType: 'lead.captured', data: {} } as never)).toBe('queued');
    expect(await outcomeOf(chatbot)).toBe('not_subscribed');
  });
});

describe('without the plan', () => {
  it('settings can be read, and say which plans it takes', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url(), plan: 'free' });
    expect((await read(chatbot)).body).toMatchObject({
      enabled: true,
      url: receiver.url(),
      saved: true,
      entitled: false,
      requiredPlans: ['pro', 'business', 'enterprise'],
    });
  });

  it('nothing can be changed or sent', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const deliveryId = await app.emit(chatbot);
    await app.delivery(chatbot, deliveryId);
    await app.api.patch(`/v1/organizations/${chatbot.organizationId}`, { plan: 'free' });
    for (const [method, path, body] of [
      ['PUT', '/webhook', { enabled: false, url: null, events: [] }],
      ['POST', '/webhook/test', {}],
      ['POST', `/deliveries/${deliveryId}/redeliver`, undefined],
    ] as const) {
      const problem = (await app.api.call(method, chatbot.path + path, { body })).expect(403).body;
      expect(problem).toMatchObject({
        status: 403,
        code: 'plan_required',
        requiredPlans: ['pro', 'business', 'enterprise'],
      });
    }
    expect((await read(chatbot)).body.enabled).toBe(true);
    expect(await outcomeOf(chatbot)).toBe('plan_required');
  });

  it('of another list, that list decides', async () => {
    const other = await startApp({ environment: { WEBHOOK_PLANS: 'gold, platinum' } });
    try {
      const chatbot = await other.newChatbot({ plan: 'pro' });
      const { body } = (await other.api.post(`${chatbot.path}/webhook/test`)).expect(403);
      expect(body.requiredPlans).toEqual(['gold', 'platinum']);
      await other.api.patch(`/v1/organizations/${chatbot.organizationId}`, { plan: 'platinum' });
      await other.save(chatbot, { url: receiver.url() });
    } finally {
      await other.close();
    }
  });
});
