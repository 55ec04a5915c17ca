import { setTimeout as sleep } from 'node:timers/promises';
import { hasFailed, startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import type { ScriptedReceiver } from './support/receiver.js';

/** Long enough for a change to be in time on a busy machine. */
const RETRY_MS = 1500;

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([
    startApp({ environment: { WEBHOOK_RETRY_DELAYS: `${RETRY_MS}ms` } }),
    startReceiver(),
  ]);
  receiver.script('/down', { status: 500 });
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

/** A delivery that has failed once and waits for its retry. */
async function waiting(isTest = false): Promise<{ chatbot: TestChatbot; id: string }> {
  const chatbot = await app.newChatbot({ url: receiver.url('/down') });
  const id = isTest
    ? (await app.api.post(`${chatbot.path}/webhook/test`)).expect(202).body.deliveryId
    : await app.emit(chatbot);
  await app.delivery(chatbot, id, hasFailed(1));
  return { chatbot, id };
}

const requestsOf = (id: string) => receiver.requests.filter(({ deliveryId }) => deliveryId === id);

const CHANGES: [string, string, (chatbot: TestChatbot) => Promise<unknown>][] = [
  [
    'the webhook is disabled',
    'webhook_disabled',
    (chatbot) => app.save(chatbot, { enabled: false, url: receiver.url('/down') }),
  ],
  [
    'the URL is removed',
    'webhook_url_removed',
    (chatbot) => app.save(chatbot, { enabled: false, url: null }),
  ],
  [
    'the plan is lost',
    'plan_required',
    ({ organizationId }) => app.api.patch(`/v1/organizations/${organizationId}`, { plan: 'free' }),
  ],
  ['the chatbot is deleted', 'chatbot_deleted', ({ path }) => app.api.delete(path)],
];

describe('while a delivery waits for its next attempt and', () => {
  it.each(CHANGES)('%s, it ends as failed: %s, without another request', async (_what, code, change) => {
    const { chatbot, id } = await waiting();
    await change(chatbot);
    const delivery = await app.delivery(chatbot, id);
    expect(delivery).toMatchObject({
      status: 'failed',
      attemptCount: 1,
      error: { code, message: expect.any(String) },
      nextAttemptAt: null,
      completedAt: expect.any(String),
    });
    expect(delivery.attempts).toHaveLength(1);
    await sleep(100);
    expect(requestsOf(id)).toHaveLength(1);
  });

  it.each(CHANGES.slice(1))('%s, a test delivery ends the same way: %s', async (_what, code, change) => {
    const { chatbot, id } = await waiting(true);
    await change(chatbot);
    expect(await app.delivery(chatbot, id)).toMatchObject({ status: 'failed', error: { code } });
    expect(requestsOf(id)).toHaveLength(1);
  });

  it('the webhook is disabled, a test delivery goes on', async () => {
    const { chatbot, id } = await waiting(true);
    await app.save(chatbot, { enabled: false, url: receiver.url('/up') });
    expect(await app.delivery(chatbot, id)).toMatchObject({ status: 'delivered', attemptCount: 2 });
  });

  it('the URL changes, the next attempt goes to the new one, with the same bytes', async () => {
    const { chatbot, id } = await waiting();
    await app.save(chatbot, { url: receiver.url('/moved') });
    const { status, attempts } = await app.delivery(chatbot, id);
    expect(status).toBe('delivered');
    expect(attempts.map(({ url }: { url: string }) => url)).toEqual([
      receiver.url('/down'),
      receiver.url('/moved'),
    ]);
    const [first, second] = requestsOf(id);
    expect(second!.body.equals(first!.body)).toBe(true);
  });

  it('the selection of events changes, it is sent all the same: it was selected when it happened', async () => {
    const { chatbot, id } = await waiting();
    await app.save(chatbot, { url: receiver.url('/up'), events: ['lead.captured'] });
    expect((await app.delivery(chatbot, id)).status).toBe('delivered');
  });

  it('the chatbot is renamed, its bytes stay the same', async () => {
    const { chatbot, id } = await waiting();
    (await app.api.patch(chatbot.path, { name: 'New Name' })).expect(200);
    await app.save(chatbot, { url: receiver.url('/up') });
    await app.delivery(chatbot, id);
    const [first, second] = requestsOf(id);
    expect(second!.body.equals(first!.body)).toBe(true);
    const [next] = await receiver.waitForDelivery(await app.emit(chatbot));
    expect(JSON.parse(next!.body.toString()).chatbotName).toBe('New Name');
  });

  it('the plan is lost and comes back before it is due, it is delivered', async () => {
    const { chatbot, id } = await waiting();
    const plan = (name: string) =>
      app.api.patch(`/v1/organizations/${chatbot.organizationId}`, { plan: name });
    await plan('free');
    await plan('business');
    await app.save(chatbot, { url: receiver.url('/up') });
    expect((await app.delivery(chatbot, id)).status).toBe('delivered');
  });
});

describe('a deleted chatbot', () => {
  it('is gone with its settings and secret, takes no events, and keeps its id', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    (await app.api.delete(chatbot.path)).expect(204);
    for (const path of ['', '/webhook', '/webhook/secret']) {
      expect((await app.api.get(chatbot.path + path)).expect(404).body.code).toBe('not_found');
    }
    const event = { eventType: 'lead.captured', data: {} };
    (await app.api.post(`${chatbot.path}/events`, event)).expect(404);
    const again = { id: chatbot.id, organizationId: chatbot.organizationId, name: 'Again' };
    expect((await app.api.post('/v1/chatbots', again)).expect(409).body.code).toBe('conflict');
  });
});
