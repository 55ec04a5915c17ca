import { randomUUID } from 'node:crypto';
import {
  aMessage,
  hasFailed,
  startApp,
  startReceiver,
  type TestApp,
  type TestChatbot,
} from './support/app.js';
import { StandardWebhook, verifySha256 } from './support/independent-signatures.js';
import type { ScriptedReceiver } from './support/receiver.js';

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([
    startApp({ environment: { WEBHOOK_RETRY_DELAYS: '1s,50ms' } }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

describe('a test delivery', () => {
  const sendTest = async ({ path }: TestChatbot, body?: object): Promise<string> =>
    (await app.api.post(`${path}/webhook/test`, body)).expect(202).body.deliveryId;

  it('goes the way of any other, marked as a test', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const id = await sendTest(chatbot, { eventType: 'conversation.reply' });
    const [request] = await receiver.waitForDelivery(id);
    const envelope = JSON.parse(request!.body.toString());
    expect(request!.headers).toMatchObject({
      'x-hyperleap-test': 'true',
      'x-hyperleap-event': 'conversation.reply',
      'x-hyperleap-attempt': '1',
    });
    expect(envelope).toMatchObject({
      eventType: 'conversation.reply',
      chatbotId: chatbot.id,
      deliveryId: id,
    });
    const catalog = (await app.api.get('/v1/event-types')).expect(200).body.items;
    const type = catalog.find((each: { type: string }) => each.type === 'conversation.reply');
    expect(envelope.data).toEqual(type.example);

    const secret = await app.secretOf(chatbot);
    const signature = request!.headers['x-hyperleap-signature'] as string;
    expect(await verifySha256(secret, request!.body.toString(), signature)).toBe(true);
    const { headers, body } = request!;
    new StandardWebhook(secret).verify(body.toString(), headers as Record<string, string>);
    expect(await app.delivery(chatbot, id)).toMatchObject({ status: 'delivered', test: true });
  });

  it.each([
    ['the first selected type', ['conversation.started', 'lead.captured'], {}, 'conversation.started'],
    ['the first type of all when none is selected', [], undefined, 'lead.captured'],
    [
      'any type, selected or not',
      ['lead.captured'],
      { eventType: 'conversation.message' },
      'conversation.message',
    ],
  ])('is of %s', async (_what, events, body, eventType) => {
    const chatbot = await app.newChatbot({ url: receiver.url(), events });
    const [request] = await receiver.waitForDelivery(await sendTest(chatbot, body));
    expect(request!.headers['x-hyperleap-event']).toBe(eventType);
  });

  it('needs no enabled webhook, but saved settings with a URL', async () => {
    const disabled = await app.newChatbot({ url: receiver.url(), enabled: false });
    expect((await app.delivery(disabled, await sendTest(disabled))).status).toBe('delivered');

    const unsaved = await app.newChatbot();
    const refused = async () => (await app.api.post(`${unsaved.path}/webhook/test`)).expect(409).body.code;
    expect(await refused()).toBe('webhook_not_saved');
    await app.save(unsaved, { enabled: false, url: null });
    expect(await refused()).toBe('webhook_not_saved');
  });

  it('is retried, and counts as a test at every attempt', async () => {
    receiver.script('/flaky-test', { status: 500 }, { status: 200 });
    const chatbot = await app.newChatbot({ url: receiver.url('/flaky-test') });
    const requests = await receiver.waitForDelivery(await sendTest(chatbot), 5000, 2);
    expect(requests.map(({ headers }) => headers['x-hyperleap-test'])).toEqual(['true', 'true']);
    expect(requests.map(({ headers }) => headers['x-hyperleap-attempt'])).toEqual(['1', '2']);
  });

  it.each([
    [{ eventType: 'lead.lost' }, 'eventType'],
    [{ eventType: 5 }, 'eventType'],
    [{ eventType: null }, 'eventType'],
    [{ url: 'https://example.com' }, 'url'],
  ])('is refused with %j', async (body, field) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const problem = (await app.api.post(`${chatbot.path}/webhook/test`, body)).expect(400).body;
    expect(problem.errors[0].field).toBe(field);
    expect((await app.api.get(`${chatbot.path}/deliveries`)).body.items).toEqual([]);
  });

  it('leaves a mark in the audit log', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    await sendTest(chatbot);
    const { items } = (await app.api.get(`/v1/audit-log?organizationId=${chatbot.organizationId}&limit=1`))
      .body;
    expect(items[0].action).toBe('webhook.tested');
  });
});

describe('redelivering', () => {
  const redeliver = ({ path }: TestChatbot, id: string) => app.api.post(`${path}/deliveries/${id}/redeliver`);

  it('sends a delivered one again: same id, same bytes, the next number, and no event is made', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const id = await app.emit(chatbot);
    const before = await app.delivery(chatbot, id);
    expect((await redeliver(chatbot, id)).expect(202).body).toEqual({ deliveryId: id });
    const [first, second] = await receiver.waitForDelivery(id, 5000, 2);
    expect(second!.body.equals(first!.body)).toBe(true);
    expect(second!.headers['x-hyperleap-attempt']).toBe('2');
    const after = await app.delivery(chatbot, id, ({ attempts }) => attempts.length === 2);
    expect(after).toMatchObject({
      id,
      status: 'delivered',
      attemptCount: 2,
      createdAt: before.createdAt,
      requestBody: before.requestBody,
    });
    expect(after.attempts[0]).toEqual(before.attempts[0]);
    expect((await app.api.get(`${chatbot.path}/deliveries`)).body.items).toHaveLength(1);
  });

  it('gives a fresh schedule, and ends as that one ends: from delivered to failed', async () => {
    receiver.script('/worse', { status: 200 }, { status: 500 });
    const chatbot = await app.newChatbot({ url: receiver.url('/worse') });
    const id = await app.emit(chatbot);
    await app.delivery(chatbot, id);
    (await redeliver(chatbot, id)).expect(202);
    const pending = await app.delivery(chatbot, id, hasFailed(2));
    expect(pending).toMatchObject({ status: 'pending', completedAt: null });
    const ended = await app.delivery(chatbot, id);
    expect(ended).toMatchObject({ status: 'failed', attemptCount: 4, error: { code: 'http_status' } });
  });

  it('from failed to delivered', async () => {
    receiver.script('/better', { status: 500 }, { status: 500 }, { status: 500 }, { status: 200 });
    const chatbot = await app.newChatbot({ url: receiver.url('/better') });
    const id = await app.emit(chatbot);
    expect(await app.delivery(chatbot, id)).toMatchObject({ status: 'failed', attemptCount: 3 });
    (await redeliver(chatbot, id)).expect(202);
    expect(await app.delivery(chatbot, id)).toMatchObject({
      status: 'delivered',
      attemptCount: 4,
      error: null,
      responseStatus: 200,
    });
  });

  it('is signed with the secret of now, and goes to the URL of now', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url('/old') });
    const id = await app.emit(chatbot);
    await app.delivery(chatbot, id);
    await app.save(chatbot, { url: receiver.url('/new') });
    (await app.api.post(`${chatbot.path}/webhook/secret/regenerate`)).expect(200);
    (await redeliver(chatbot, id)).expect(202);
    const [, again] = await receiver.waitForDelivery(id, 5000, 2);
    expect(again!.path).toBe('/new');
    const signature = again!.headers['x-hyperleap-signature'] as string;
    expect(await verifySha256(await app.secretOf(chatbot), again!.body.toString(), signature)).toBe(true);
  });

  it('is refused while the delivery is on its way, in flight or waiting', async () => {
    receiver.script('/slow', { delayMs: 1000, status: 500 }, { status: 200 });
    const chatbot = await app.newChatbot({ url: receiver.url('/slow') });
    const id = await app.emit(chatbot);
    await receiver.waitForDelivery(id);
    expect((await redeliver(chatbot, id)).expect(409).body.code).toBe('delivery_pending');
    await app.delivery(chatbot, id, hasFailed(1));
    expect((await redeliver(chatbot, id)).expect(409).body.code).toBe('delivery_pending');
    await app.delivery(chatbot, id);
  });

  it('is refused without a URL, and when the webhook is disabled', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const id = await app.emit(chatbot);
    await app.delivery(chatbot, id);
    await app.save(chatbot, { enabled: false, url: receiver.url() });
    expect((await redeliver(chatbot, id)).expect(409).body.code).toBe('conflict');
    await app.save(chatbot, { enabled: false, url: null });
    expect((await redeliver(chatbot, id)).expect(409).body.code).toBe('webhook_not_saved');
    expect(receiver.requests.filter(({ deliveryId }) => deliveryId === id)).toHaveLength(1);
  });

  it('ten times at once happens once', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const id = await app.emit(chatbot);
    await app.delivery(chatbot, id);
    receiver.script('/', { delayMs: 1500 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeliver(chatbot, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(9).fill(409)]);
    expect((await app.delivery(chatbot, id)).attemptCount).toBe(2);
  });

  it('knows no other chatbot’s delivery, and none that is not there', async () => {
    const [one, other] = [
      await app.newChatbot({ url: receiver.url() }),
      await app.newChatbot({ url: receiver.url() }),
    ];
    const id = await app.emit(one);
    await app.delivery(one, id);
    for (const wrong of [id, randomUUID()]) {
      expect((await redeliver(other, wrong)).expect(404).body.code).toBe('not_found');
    }
    expect((await app.delivery(one, id)).attemptCount).toBe(1);
  });

  it('of a delivery that ended without a request makes its first attempt', async () => {
    receiver.script('/down-at-first', { status: 500 }, { status: 200 });
    const chatbot = await app.newChatbot({ url: receiver.url('/down-at-first') });
    const id = await app.emit(chatbot, aMessage());
    await app.delivery(chatbot, id, hasFailed(1));
    await app.save(chatbot, { enabled: false, url: receiver.url('/down-at-first') });
    expect(await app.delivery(chatbot, id)).toMatchObject({ error: { code: 'webhook_disabled' } });
    await app.save(chatbot, { url: receiver.url('/down-at-first') });
    (await redeliver(chatbot, id)).expect(202);
    expect(await app.delivery(chatbot, id)).toMatchObject({
      status: 'delivered',
      attemptCount: 2,
      error: null,
    });
  });
});
