import { SCOPES } from '../src/access/index.js';
import { startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import { ENGINE } from './support/engine.js';
import type { ScriptedReceiver } from './support/receiver.js';

let receiver: ScriptedReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const sendTest = (app: TestApp, { path }: TestChatbot, body: object = {}) =>
  app.api.post(`${path}/webhook/test`, body);

describe('test deliveries', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ environment: { WEBHOOK_TEST_LIMIT: '2' } });
  });
  afterAll(() => app.close());

  it('are limited per chatbot, whichever key asks, and the others go on', async () => {
    const one = await app.newChatbot({ url: receiver.url() });
    const other = await app.newChatbot({ url: receiver.url(), organizationId: one.organizationId });
    (await sendTest(app, one)).expect(202);
    const ownKey = app.api.as(await app.newKey(one.organizationId, 'webhooks:write'));
    (await ownKey.post(`${one.path}/webhook/test`, {})).expect(202);

    const { body, headers } = (await sendTest(app, one)).expect(429);
    expect(body).toMatchObject({ code: 'rate_limited', status: 429 });
    const waitSeconds = Number(headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThanOrEqual(25);
    expect(waitSeconds).toBeLessThanOrEqual(30);
    (await ownKey.post(`${one.path}/webhook/test`, {})).expect(429);
    expect((await app.api.get(`${one.path}/deliveries`)).body.items).toHaveLength(2);
    (await sendTest(app, other)).expect(202);
    // Real events are no tests.
    await app.emit(one);

    // On Redis it counts by the clock of Redis (test/contracts/rate-limiter.spec.ts).
    if (ENGINE === 'servers') return;
    app.clock.aheadMs += waitSeconds * 1000;
    (await sendTest(app, one)).expect(202);
  });

  it('that are refused for another reason use up nothing, nor do strangers', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const stranger = app.api.as(await app.newKey(await app.newOrganization(), ...SCOPES));
    for (let i = 0; i < 5; i++) {
      (await sendTest(app, chatbot, { eventType: 'lead.lost' })).expect(400);
      (await stranger.post(`${chatbot.path}/webhook/test`, {})).expect(404);
    }
    (await sendTest(app, chatbot)).expect(202);
    (await sendTest(app, chatbot)).expect(202);
  });
});

describe('by default', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('60 test deliveries at once are fine, and twice as many are not', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const sixty = () => Promise.all(Array.from({ length: 60 }, () => sendTest(app, chatbot)));
    expect((await sixty()).filter(({ status }) => status !== 202)).toEqual([]);
    // One a second comes back while this goes on.
    expect((await sixty()).map(({ status }) => status)).toContain(429);
  });

  it('X-Forwarded-For is believed of nobody', async () => {
    expect(await addressInAudit(app, '203.0.113.7')).toMatch(/127\.0\.0\.1$/);
  });
});

describe('behind a proxy', () => {
  it.each([
    ['1', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['2', '198.51.100.1, 203.0.113.7', '198.51.100.1'],
    ['127.0.0.0/8,::1/128,203.0.113.0/24', '192.0.2.9, 198.51.100.1, 203.0.113.7', '198.51.100.1'],
    ['10.0.0.0/8', '203.0.113.7', '127.0.0.1'],
  ])('TRUST_PROXY=%s makes of "%s" the address %s in the audit log', async (TRUST_PROXY, header, address) => {
    const app = await startApp({ environment: { TRUST_PROXY } });
    try {
      expect(await addressInAudit(app, header)).toMatch(new RegExp(`${address.replaceAll('.', '\\.')}$`));
    } finally {
      await app.close();
    }
  });
});

async function addressInAudit(app: TestApp, forwardedFor: string): Promise<string> {
  const organization = { name: 'Acme', plan: 'pro' };
  (await app.api.post('/v1/organizations', organization, { 'X-Forwarded-For': forwardedFor })).expect(201);
  return (await app.api.get('/v1/audit-log?limit=1')).expect(200).body.items[0].remoteAddress;
}
