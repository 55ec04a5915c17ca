import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import { type WebhookOutcome } from '../src/delivery/index.js';
import {
  type ChatbotEvent,
  ChatbotEvents,
  ConversationMessage,
  ConversationStarted,
  type EventDefinition,
  LeadCaptured,
} from '../src/events/index.js';
import {
  aMessage,
  PLATFORM_KEY,
  startApp,
  startReceiver,
  type TestApp,
  type TestChatbot,
} from './support/app.js';
import type { ScriptedReceiver } from './support/receiver.js';

/** A provider of the chatbot platform, which wants to know what happens. */
@Injectable()
class CrmSync {
  readonly leads: ChatbotEvent[] = [];
  readonly outcomes: ({ news: string } & WebhookOutcome)[] = [];

  @OnEvent('lead.captured')
  onLead(event: ChatbotEvent): void {
    this.leads.push(event);
  }
  @OnEvent('webhook.delivered')
  onDelivered(outcome: WebhookOutcome): void {
    this.outcomes.push({ news: 'delivered', ...outcome });
  }
  @OnEvent('webhook.failed')
  onFailed(outcome: WebhookOutcome): void {
    this.outcomes.push({ news: 'failed', ...outcome });
  }
}

let app: TestApp;
let receiver: ScriptedReceiver;
let events: ChatbotEvents;
let crm: CrmSync;
beforeAll(async () => {
  [app, receiver] = await Promise.all([
    startApp({ providers: [CrmSync], environment: { WEBHOOK_RETRY_DELAYS: '50ms' } }),
    startReceiver(),
  ]);
  events = app.app.get(ChatbotEvents);
  crm = app.app.get(CrmSync);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const post = (chatbot: TestChatbot, body: unknown, headers?: Record<string, string>) =>
  app.api.post(`${chatbot.path}/events`, body, headers);
const deliveriesOf = async ({ path }: TestChatbot): Promise<{ id: string }[]> =>
  (await app.api.get(`${path}/deliveries?limit=100`)).expect(200).body.items;

describe('the outcome', () => {
  it.each([
    ['plan_required', 'before all else', { plan: 'free' }],
    ['plan_required', 'also for a webhook that is ready', { plan: 'free', url: 'https://127.0.0.1/' }],
    ['not_configured', 'before the first save', {}],
    [
      'disabled',
      'also when the type is not selected',
      { url: 'https://127.0.0.1/', enabled: false, events: ['lead.captured'] },
    ],
    [
      'not_subscribed',
      'when another type is selected',
      { url: 'https://127.0.0.1/', events: ['lead.captured'] },
    ],
  ])('is %s %s, with 202, no deliveryId and no delivery', async (outcome, _when, settings) => {
    const chatbot = await app.newChatbot(settings);
    const { body } = (await post(chatbot, aMessage())).expect(202);
    expect(body).toEqual({ eventId: expect.any(String), outcome, deliveryId: null });
    expect(await deliveriesOf(chatbot)).toEqual([]);
  });

  it('is not_configured rather than disabled without a URL', async () => {
    const chatbot = await app.newChatbot();
    await app.save(chatbot, { enabled: false, url: null });
    expect((await post(chatbot, aMessage())).expect(202).body.outcome).toBe('not_configured');
  });

  it('is queued, with a deliveryId and an eventId of its own, for everything else', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url(), events: ['conversation.message'] });
    const { body } = (await post(chatbot, aMessage())).expect(202);
    expect(body).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      outcome: 'queued',
      deliveryId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
});

describe('an event id', () => {
  it('makes emitting again harmless: the same delivery, whatever else the call says', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const first = (await post(chatbot, aMessage('one', { eventId: 'crm-1' }))).expect(202).body;
    expect(first).toMatchObject({ eventId: 'crm-1', outcome: 'queued' });
    const again = [
      aMessage('two', { eventId: 'crm-1', occurredAt: '2020-01-01T00:00:00Z' }),
      { eventType: 'lead.captured', data: {}, eventId: 'crm-1' },
    ];
    for (const event of again) expect((await post(chatbot, event)).expect(202).body).toEqual(first);
    const { body } = (await post(chatbot, aMessage(), { 'Idempotency-Key': 'crm-1' })).expect(202);
    expect(body).toEqual(first);
    await app.delivery(chatbot, first.deliveryId);
    expect(await deliveriesOf(chatbot)).toHaveLength(1);
    expect(receiver.requests.filter(({ deliveryId }) => deliveryId === first.deliveryId)).toHaveLength(1);
  });

  const misfits: [string, Record<string, unknown>][] = [
    ['data that does not fit', { data: { message: 5 } }],
    ['no data', { data: undefined }],
    ['an unknown type', { eventType: 'lead.lost' }],
    ['no type', { eventType: undefined }],
    ['no time', { occurredAt: 'yesterday' }],
    ['a number that is none', { data: { conversationId: randomUUID(), message: 'x', more: NaN } }],
  ];

  it.each(misfits)('answers with the same delivery also to %s', async (_what, misfit) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const event = aMessage('x', { eventId: 'once' });
    (await post(chatbot, { ...event, ...misfit })).expect(400);
    const first = (await post(chatbot, event)).expect(202).body;
    expect((await post(chatbot, { ...event, ...misfit, x: 1 })).expect(202).body).toEqual(first);
    const unnamed = { ...event, ...misfit, eventId: undefined };
    expect((await post(chatbot, unnamed, { 'Idempotency-Key': 'once' })).expect(202).body).toEqual(first);
    (await post(chatbot, { ...unnamed, eventId: 'another' })).expect(400);
    const stranger = await app.newChatbot({ url: receiver.url() });
    (await post(stranger, { ...event, ...misfit })).expect(400);

    const { eventType, ...input } = { ...event, ...misfit } as never as { eventType: string; data: unknown };
    const publish = (manager?: EntityManager) =>
      events.publishByType(eventType, { ...input, chatbotId: chatbot.id }, { manager });
    expect(await publish()).toEqual(first);
    expect(await app.app.get(DataSource).transaction(publish)).toEqual(first);
    expect(await deliveriesOf(chatbot)).toHaveLength(1);
  });

  it('answers so within the transaction that queued it, and not once that is rolled back', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const publish = (data: object, manager?: EntityManager) =>
      events.publish(LeadCaptured, { chatbotId: chatbot.id, data, eventId: 'own' }, { manager });
    const transaction = app.app.get(DataSource).transaction(async (manager) => {
      const first = await publish({}, manager);
      expect(await publish({ nonsense: 1 }, manager)).toEqual(first);
      throw new Error('rolled back');
    });
    await expect(transaction).rejects.toThrow('rolled back');
    await expect(publish({ nonsense: 1 })).rejects.toMatchObject({ errors: [{ field: 'data.nonsense' }] });
  });

  it('of a chatbot that is gone is no answer to what does not fit', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    await app.emit(chatbot, aMessage('x', { eventId: 'gone' }));
    (await app.api.delete(chatbot.path)).expect(204);
    (await post(chatbot, { eventType: 'lead.lost', eventId: 'gone' })).expect(404);
    await expect(
      events.publishByType('lead.lost', { chatbotId: chatbot.id, data: {}, eventId: 'gone' }),
    ).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('answers with the same delivery also when the settings would refuse the event by now', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const first = (await post(chatbot, aMessage('x', { eventId: 'e' }))).expect(202).body;
    await app.save(chatbot, { enabled: false, url: null });
    expect((await post(chatbot, aMessage('x', { eventId: 'e' }))).expect(202).body).toEqual(first);
    await app.api.patch(`/v1/organizations/${chatbot.organizationId}`, { plan: 'free' });
    expect((await post(chatbot, aMessage('x', { eventId: 'e' }))).expect(202).body).toEqual(first);
  });

  it('that was not queued is judged anew', async () => {
    const chatbot = await app.newChatbot();
    const emit = async () => (await post(chatbot, aMessage('x', { eventId: 'e' }))).expect(202).body.outcome;
    expect(await emit()).toBe('not_configured');
    await app.save(chatbot, { url: receiver.url() });
    expect(await emit()).toBe('queued');
  });

  it('is one chatbot’s: another may use the same', async () => {
    const chatbots = [
      await app.newChatbot({ url: receiver.url() }),
      await app.newChatbot({ url: receiver.url() }),
    ];
    const ids = await Promise.all(
      chatbots.map((chatbot) => app.emit(chatbot, aMessage('x', { eventId: 'shared' }))),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('published 20 times at once makes one delivery', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? app.emit(chatbot, aMessage(`${index}`, { eventId: 'storm' }))
          : events
              .publish(ConversationMessage, {
                chatbotId: chatbot.id,
                ...aMessage(`${index}`),
                eventId: 'storm',
              })
              .then(({ deliveryId }) => deliveryId),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    await app.delivery(chatbot, ids[0]!);
    expect(receiver.requests.filter(({ deliveryId }) => deliveryId === ids[0])).toHaveLength(1);
  });

  it('may come as Idempotency-Key, but two that differ are refused', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const headers = { 'Idempotency-Key': 'a' };
    expect((await post(chatbot, aMessage(), headers)).expect(202).body.eventId).toBe('a');
    (await post(chatbot, aMessage('x', { eventId: 'a' }), headers)).expect(202);
    const { body } = (await post(chatbot, aMessage('x', { eventId: 'b' }), headers)).expect(400);
    expect(body.errors).toEqual([{ field: 'eventId', message: expect.stringContaining('Idempotency-Key') }]);
    expect(await deliveriesOf(chatbot)).toHaveLength(1);
  });

  it('is the same in UTF-8 as a header and in the body', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const sent = Buffer.from('Zoë-✓').toString('latin1');
    const { body } = (await post(chatbot, aMessage(), { 'Idempotency-Key': sent })).expect(202);
    expect(body.eventId).toBe('Zoë-✓');
    expect((await post(chatbot, aMessage('x', { eventId: 'Zoë-✓' }))).expect(202).body).toEqual(body);
  });

  it.each([
    ['not UTF-8', ['Zo\xeb'], 'must be UTF-8'],
    ['sent twice', ['a', 'b'], 'more than once'],
    ['sent twice alike', ['a', 'a'], 'more than once'],
    ['too long', ['x'.repeat(201)], '1 to 200 characters'],
  ])('is refused by the header’s name when the header is %s', async (_what, keys, message) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const errors = await new Promise((resolve, reject) => {
      const sending = request(`${app.api.baseUrl}${chatbot.path}/events`, { method: 'POST' }, (response) => {
        json(response).then((problem) => resolve((problem as { errors: unknown }).errors), reject);
      });
      sending.setHeader('Authorization', `Bearer ${PLATFORM_KEY}`);
      sending.setHeader('Content-Type', 'application/json');
      sending.setHeader('Idempotency-Key', keys);
      // Together with a string, Node would write the headers in UTF-8.
      sending.end(Buffer.from(JSON.stringify(aMessage())));
    });
    expect(errors).toEqual([{ field: 'Idempotency-Key', message: expect.stringContaining(message) }]);
    expect(await deliveriesOf(chatbot)).toEqual([]);
  });

  it.each([
    ['1 character', 'x', 202],
    ['200 characters', 'x'.repeat(200), 202],
    ['no character', '', 400],
    ['201 characters', 'x'.repeat(201), 400],
  ])('of %s', async (_what, eventId, status) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    (await post(chatbot, aMessage('x', { eventId }))).expect(status);
    if (eventId !== '') (await post(chatbot, aMessage(), { 'Idempotency-Key': eventId })).expect(status);
  });

  it.each([5, null, ['x']])('that is %j is refused', async (eventId) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const { body } = (await post(chatbot, aMessage('x', { eventId }))).expect(400);
    expect(body.errors[0].field).toBe('eventId');
  });
});

describe('data that does not fit', () => {
  const conversationId = randomUUID();
  const cases: [string, unknown, string[]][] = [
    ['conversation.message', undefined, ['data']],
    ['conversation.message', null, ['data']],
    ['conversation.message', 'text', ['data']],
    ['conversation.message', [], ['data']],
    ['conversation.message', {}, ['data.conversationId', 'data.message']],
    ['conversation.message', { conversationId: 'x', message: 'x' }, ['data.conversationId']],
    ['conversation.message', { conversationId, message: null }, ['data.message']],
    ['conversation.message', { conversationId, message: 5 }, ['data.message']],
    ['conversation.message', { conversationId, message: 'x', extra: 1 }, ['data.extra']],
    ['conversation.reply', { conversationId, userMessage: 'u', reply: 'r' }, ['data.messageId']],
    ['conversation.started', { conversationId, metadata: [] }, ['data.metadata']],
    ['conversation.started', { conversationId, metadata: 'x' }, ['data.metadata']],
    ['conversation.started', { conversationId, externalUserId: 5 }, ['data.externalUserId']],
    ['lead.captured', { tags: 'a' }, ['data.tags']],
    ['lead.captured', { tags: ['a', 1] }, ['data.tags.1']],
    ['lead.captured', { name: {}, email: 1 }, ['data.name', 'data.email']],
    ['lead.captured', JSON.parse('{"__proto__":{"name":"x"}}'), ['data.__proto__']],
    ['lead.captured', { constructor: 1 }, ['data.constructor']],
    ['lead.lost', {}, ['eventType']],
    ['', {}, ['eventType']],
  ];

  it('is also a number that JSON would turn into null', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const errors = [{ field: 'data.metadata.a.0', message: 'must be a finite number' }];
    const rawBody = `{"eventType":"conversation.started","data":{"conversationId":"${conversationId}","metadata":{"a":[1e400]}}}`;
    const answer = await app.api.call('POST', `${chatbot.path}/events`, { rawBody });
    expect(answer.expect(400).body.errors).toEqual(errors);
    const data = { conversationId, metadata: { a: [Infinity] } };
    const publishing = events.publish(ConversationStarted, { chatbotId: chatbot.id, data });
    await expect(publishing).rejects.toMatchObject({ errors });
  });

  it.each(cases)('%s %j is refused over HTTP, naming %j', async (eventType, data, fields) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const { body } = (await post(chatbot, { eventType, data })).expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', status: 400 });
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
    expect(await deliveriesOf(chatbot)).toEqual([]);
  });

  it.each(cases)('%s %j is refused in-process, naming %j', async (eventType, data, fields) => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const publishing = events.publish(
      { type: eventType } as EventDefinition,
      { chatbotId: chatbot.id, data } as never,
    );
    await expect(publishing).rejects.toMatchObject({
      name: 'ValidationError',
      errors: fields.map((field) => expect.objectContaining({ field })),
    });
    expect(await deliveriesOf(chatbot)).toEqual([]);
  });

  it.each(['yesterday', '2026-01-31', '2026-02-30T00:00:00Z', '2026-01-31T00:00:00', 5, null, ''])(
    'nor does a time such as %j',
    async (occurredAt) => {
      const chatbot = await app.newChatbot({ url: receiver.url() });
      const { body } = (await post(chatbot, aMessage('x', { occurredAt }))).expect(400);
      expect(body.errors[0].field).toBe('occurredAt');
    },
  );

  it('is not needed for a typed error: chatbots that are not there are one too', async () => {
    const publishing = events.publish(LeadCaptured, { chatbotId: randomUUID(), data: {} });
    await expect(publishing).rejects.toMatchObject({ name: 'NotFoundError', code: 'not_found' });
    await expect(events.publish(LeadCaptured, { chatbotId: 'x', data: {} })).rejects.toMatchObject({
      errors: [{ field: 'chatbotId', message: 'must be a UUID' }],
    });
  });
});

describe("publishing in the caller's transaction", () => {
  const countTo = async (id: string) => (await receiver.waitForDelivery(id, 3000)).length;

  it('delivers after the commit, and nothing before', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const dataSource = app.app.get(DataSource);
    const deliveryId = await dataSource.transaction(async (manager) => {
      const result = await events.publish(LeadCaptured, { chatbotId: chatbot.id, data: {} }, { manager });
      expect(result.outcome).toBe('queued');
      await sleep(150);
      expect(receiver.requests.some((request) => request.deliveryId === result.deliveryId)).toBe(false);
      return result.deliveryId!;
    });
    expect(await countTo(deliveryId)).toBe(1);
    expect((await app.delivery(chatbot, deliveryId)).status).toBe('delivered');
  });

  it('leaves nothing behind when it rolls back: no row, no request, nothing on the bus', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const before = receiver.requests.length;
    const transaction = app.app.get(DataSource).transaction(async (manager) => {
      await events.publish(LeadCaptured, { chatbotId: chatbot.id, data: {}, eventId: 'r' }, { manager });
      throw new Error('The lead is invalid after all.');
    });
    await expect(transaction).rejects.toThrow('after all');
    await sleep(200);
    expect(await deliveriesOf(chatbot)).toEqual([]);
    expect(receiver.requests.length).toBe(before);
    expect(crm.leads.filter(({ chatbotId }) => chatbotId === chatbot.id)).toEqual([]);
    expect((await post(chatbot, aMessage('x', { eventId: 'r' }))).expect(202).body.outcome).toBe('queued');
  });

  it('waits for the outermost commit when transactions are nested', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const publish = (manager: never, eventId: string) =>
      events.publish(LeadCaptured, { chatbotId: chatbot.id, data: {}, eventId }, { manager });
    await app.app.get(DataSource).transaction(async (outer) => {
      await outer.transaction(async (inner) => publish(inner as never, 'inner'));
      await sleep(100);
      expect(crm.leads.filter(({ chatbotId }) => chatbotId === chatbot.id)).toEqual([]);
      await expect(
        outer.transaction(async (inner) => {
          await publish(inner as never, 'undone');
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
    });
    expect(await deliveriesOf(chatbot)).toHaveLength(1);
  });

  it('works in many transactions at once', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        app.app.get(DataSource).transaction(async (manager) => {
          await manager.query('SELECT 1');
          return events.publish(LeadCaptured, { chatbotId: chatbot.id, data: {} }, { manager });
        }),
      ),
    );
    for (const { deliveryId } of results) await receiver.waitForDelivery(deliveryId!);
  });
});

describe('listeners in the application', () => {
  it('hear of an event under its own type, after it is recorded, whatever its outcome', async () => {
    const chatbot = await app.newChatbot();
    const { eventId, outcome } = await events.publish(LeadCaptured, {
      chatbotId: chatbot.id,
      data: { name: 'Ada' },
      occurredAt: '2026-01-31T12:00:00Z',
    });
    expect(outcome).toBe('not_configured');
    expect(crm.leads.filter(({ chatbotId }) => chatbotId === chatbot.id)).toEqual([
      expect.objectContaining({
        eventId,
        eventType: 'lead.captured',
        occurredAt: new Date('2026-01-31T12:00:00Z'),
        data: {
          name: 'Ada',
          email: null,
          phone: null,
          companyName: null,
          externalUserLoginId: null,
          tags: null,
        },
      }),
    ]);
  });

  it('hear once of an event that is published twice, however different the second call', async () => {
    const { id: chatbotId } = await app.newChatbot({ url: receiver.url() });
    const eventId = 'lead-1';
    const [first, second] = [
      await events.publish(LeadCaptured, { chatbotId, data: { name: 'first' }, eventId }),
      await events.publish(LeadCaptured, { chatbotId, data: { name: 'second' }, eventId }),
    ];
    expect(second).toEqual(first);
    const heard = crm.leads.filter((lead) => lead.chatbotId === chatbotId);
    expect(heard.map(({ data }) => data['name'])).toEqual(['first']);
  });

  it('hear how deliveries end', async () => {
    receiver.script('/broken', { status: 500 });
    const good = await app.newChatbot({ url: receiver.url() });
    const bad = await app.newChatbot({ url: receiver.url('/broken') });
    const ids = [await app.emit(good), await app.emit(bad)];
    await app.delivery(good, ids[0]!);
    await app.delivery(bad, ids[1]!);
    const newsOf = (id?: string) => crm.outcomes.filter(({ deliveryId }) => deliveryId === id);
    expect(newsOf(ids[0])).toEqual([
      {
        news: 'delivered',
        deliveryId: ids[0],
        chatbotId: good.id,
        organizationId: good.organizationId,
        eventType: 'conversation.message',
        isTest: false,
        attemptCount: 1,
        responseStatus: 200,
        error: null,
      },
    ]);
    expect(newsOf(ids[1])).toEqual([
      expect.objectContaining({
        news: 'failed',
        attemptCount: 2,
        responseStatus: 500,
        error: { code: 'http_status', message: expect.stringContaining('500') },
      }),
    ]);
  });
});
