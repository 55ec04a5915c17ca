import { hasFailed, startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import { StandardWebhook, verifySha256 } from './support/independent-signatures.js';
import type { ReceivedRequest, ScriptedReceiver } from './support/receiver.js';

const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/;
const DAY_S = 86_400;

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([
    startApp({ environment: { WEBHOOK_RETRY_DELAYS: '1500ms' } }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const regenerate = async ({ path }: TestChatbot, body?: object) =>
  (await app.api.post(`${path}/webhook/secret/regenerate`, body)).expect(200).body as {
    secret: string;
    previousExpiresAt: string | null;
  };

const nextRequest = async (chatbot: TestChatbot): Promise<ReceivedRequest> => {
  const [request] = await receiver.waitForDelivery(await app.emit(chatbot));
  return request!;
};

const isSignedBy = (secret: string, { body, headers }: ReceivedRequest): Promise<boolean> =>
  verifySha256(secret, body.toString(), headers['x-hyperleap-signature'] as string);

const passesStandardWebhooks = (secret: string, { body, headers }: ReceivedRequest): boolean => {
  try {
    new StandardWebhook(secret).verify(body.toString(), headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

describe('the first save', () => {
  it('generates the secret, and no later one does', async () => {
    const chatbot = await app.newChatbot();
    const before = (await app.api.get(`${chatbot.path}/webhook`)).expect(200).body;
    expect(before).toMatchObject({ saved: false, secret: { configured: false, hint: null } });
    const missing = (await app.api.get(`${chatbot.path}/webhook/secret`)).expect(404).body;
    expect(missing.code).toBe('secret_not_configured');

    await app.save(chatbot, { enabled: false, url: null });
    const secret = await app.secretOf(chatbot);
    expect(secret).toMatch(SECRET);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    const { body } = (await app.api.get(`${chatbot.path}/webhook`)).expect(200);
    expect(body.secret.configured).toBe(true);
    expect(body.secret.hint.replace('whsec_', '')).not.toContain(secret.slice(6, 20));

    await app.save(chatbot, { url: receiver.url() });
    expect(await app.secretOf(chatbot)).toBe(secret);
  });

  it('makes one secret when two saves come at once, and another for every chatbot', async () => {
    const chatbots = await Promise.all([app.newChatbot(), app.newChatbot()]);
    await Promise.all(
      chatbots.flatMap((chatbot) => [1, 2, 3].map(() => app.save(chatbot, { url: receiver.url() }))),
    );
    const [one, other] = await Promise.all(chatbots.map((chatbot) => app.secretOf(chatbot)));
    expect(one).toMatch(SECRET);
    expect(other).not.toBe(one);
    expect(await app.secretOf(chatbots[0]!)).toBe(one);
  });
});

describe('regenerating', () => {
  it('is possible only once settings are saved', async () => {
    const chatbot = await app.newChatbot();
    const { body } = (await app.api.post(`${chatbot.path}/webhook/secret/regenerate`)).expect(409);
    expect(body.code).toBe('webhook_not_saved');
    (await app.api.get(`${chatbot.path}/webhook/secret`)).expect(404);
  });

  it('kills the old secret at once', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const old = await app.secretOf(chatbot);
    const { secret, previousExpiresAt } = await regenerate(chatbot);
    expect(secret).toMatch(SECRET);
    expect(secret).not.toBe(old);
    expect(previousExpiresAt).toBeNull();
    expect(await app.secretOf(chatbot)).toBe(secret);
    const request = await nextRequest(chatbot);
    expect(await isSignedBy(secret, request)).toBe(true);
    expect(await isSignedBy(old, request)).toBe(false);
    expect([secret, old].map((each) => passesStandardWebhooks(each, request))).toEqual([true, false]);
  });

  it('with an overlap lets both verify webhook-signature until it ends', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const old = await app.secretOf(chatbot);
    const { secret, previousExpiresAt } = await regenerate(chatbot, { overlapSeconds: DAY_S });
    expect(Date.parse(previousExpiresAt!) - Date.now()).toBeGreaterThan((DAY_S - 10) * 1000);
    const { body } = (await app.api.get(`${chatbot.path}/webhook`)).expect(200);
    expect(body.secret.previousExpiresAt).toBe(previousExpiresAt);

    const during = await nextRequest(chatbot);
    expect(await isSignedBy(secret, during)).toBe(true);
    expect([secret, old].map((each) => passesStandardWebhooks(each, during))).toEqual([true, true]);
    expect((during.headers['webhook-signature'] as string).split(' ')).toHaveLength(2);

    app.clock.aheadMs = DAY_S * 1000;
    try {
      const after = await nextRequest(chatbot);
      expect((after.headers['webhook-signature'] as string).split(' ')).toHaveLength(1);
      expect(await isSignedBy(secret, after)).toBe(true);
      const { body: later } = (await app.api.get(`${chatbot.path}/webhook`)).expect(200);
      expect(later.secret.previousExpiresAt).toBeNull();
    } finally {
      app.clock.aheadMs = 0;
    }
  });

  it('without an overlap also kills a secret that an earlier overlap kept alive', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const first = await app.secretOf(chatbot);
    const second = (await regenerate(chatbot, { overlapSeconds: 3600 })).secret;
    const third = (await regenerate(chatbot, { overlapSeconds: 0 })).secret;
    const request = await nextRequest(chatbot);
    expect([first, second, third].map((each) => passesStandardWebhooks(each, request))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it.each([-1, 7 * DAY_S + 1, 1.5, '60', null])('refuses an overlap of %j', async (overlapSeconds) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const secret = await app.secretOf(chatbot);
    const answer = await app.api.post(`${chatbot.path}/webhook/secret/regenerate`, { overlapSeconds });
    expect(answer.expect(400).body.errors).toEqual([
      { field: 'overlapSeconds', message: expect.any(String) },
    ]);
    expect(await app.secretOf(chatbot)).toBe(secret);
  });

  it('takes 7 days', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    expect((await regenerate(chatbot, { overlapSeconds: 7 * DAY_S })).previousExpiresAt).not.toBeNull();
  });

  it('between two attempts signs the next one anew, body and id unchanged', async () => {
    receiver.script('/rotated', { status: 500 }, { status: 200 });
    const chatbot = await app.newChatbot({ url: receiver.url('/rotated') });
    const old = await app.secretOf(chatbot);
    const deliveryId = await app.emit(chatbot);
    await app.delivery(chatbot, deliveryId, hasFailed(1));
    const { secret } = await regenerate(chatbot);
    const [first, second] = await receiver.waitForDelivery(deliveryId, 5000, 2);
    expect(await isSignedBy(old, first!)).toBe(true);
    expect(await isSignedBy(secret, second!)).toBe(true);
    expect(second!.body.equals(first!.body)).toBe(true);
  });
});

describe('removing', () => {
  it('ends signing and kills every secret; saving makes none, regenerating does', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    await regenerate(chatbot, { overlapSeconds: 3600 });
    expect((await app.api.delete(`${chatbot.path}/webhook/secret`)).expect(204).text).toBe('');
    const { body } = (await app.api.get(`${chatbot.path}/webhook`)).expect(200);
    expect(body.secret).toEqual({ configured: false, hint: null, previousExpiresAt: null });
    const unsigned = await nextRequest(chatbot);
    expect(unsigned.headers).not.toHaveProperty('x-hyperleap-signature');
    expect(unsigned.headers).not.toHaveProperty('webhook-signature');

    await app.save(chatbot, { url: receiver.url('/again') });
    const gone = (await app.api.get(`${chatbot.path}/webhook/secret`)).expect(404).body;
    expect(gone.code).toBe('secret_not_configured');

    const { secret, previousExpiresAt } = await regenerate(chatbot, { overlapSeconds: 3600 });
    expect(previousExpiresAt).toBeNull();
    expect(await isSignedBy(secret, await nextRequest(chatbot))).toBe(true);
  });

  it('twice is fine', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    (await app.api.delete(`${chatbot.path}/webhook/secret`)).expect(204);
    (await app.api.delete(`${chatbot.path}/webhook/secret`)).expect(204);
  });
});

describe('who sees it', () => {
  it('nobody, but by asking for it: not in settings, deliveries, audit log or the database', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const secret = await app.secretOf(chatbot);
    const deliveryId = await app.emit(chatbot);
    await app.delivery(chatbot, deliveryId);
    for (const path of [
      `${chatbot.path}/webhook`,
      `${chatbot.path}/deliveries/${deliveryId}`,
      `/v1/audit-log?organizationId=${chatbot.organizationId}`,
    ]) {
      expect((await app.api.get(path)).expect(200).text).not.toContain(secret.slice(6, 30));
    }
  });

  it('is written down: each reveal, regeneration and removal, by whom', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const key = await app.newKey(chatbot.organizationId, 'secrets:read', 'webhooks:write', 'audit:read');
    const api = app.api.as(key);
    (await api.get(`${chatbot.path}/webhook/secret`)).expect(200);
    (await api.post(`${chatbot.path}/webhook/secret/regenerate`)).expect(200);
    (await api.delete(`${chatbot.path}/webhook/secret`)).expect(204);
    const { items } = (await api.get('/v1/audit-log?limit=3')).expect(200).body;
    expect(items.map(({ action }: { action: string }) => action)).toEqual([
      'secret.removed',
      'secret.regenerated',
      'secret.revealed',
    ]);
    for (const entry of items) {
      expect(entry).toMatchObject({ subjectId: chatbot.id, actor: expect.stringMatching(/^api_key:/) });
    }
  });

  it('takes secrets:read to reveal, and webhooks:write as well to regenerate', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const reader = app.api.as(await app.newKey(chatbot.organizationId, 'secrets:read'));
    const writer = app.api.as(await app.newKey(chatbot.organizationId, 'webhooks:write', 'webhooks:read'));
    (await reader.get(`${chatbot.path}/webhook/secret`)).expect(200);
    (await writer.get(`${chatbot.path}/webhook/secret`)).expect(403);
    for (const half of [reader, writer]) {
      const { body } = (await half.post(`${chatbot.path}/webhook/secret/regenerate`)).expect(403);
      expect(body.code).toBe('insufficient_scope');
    }
  });

  it('may still look when the plan is lost, but not change anything', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url(), plan: 'free' });
    expect(await app.secretOf(chatbot)).toMatch(SECRET);
    for (const [method, path] of [
      ['POST', '/webhook/secret/regenerate'],
      ['DELETE', '/webhook/secret'],
    ] as const) {
      const { body } = (await app.api.call(method, chatbot.path + path)).expect(403);
      expect(body).toMatchObject({
        code: 'plan_required',
        requiredPlans: ['pro', 'business', 'enterprise'],
      });
    }
  });

  it('is told to no cache on the way', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const { headers } = await app.api.get(`${chatbot.path}/webhook/secret`);
    expect(headers.get('cache-control')).toContain('no-store');
  });
});
