import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import {
  ChatbotEvents,
  LeadCaptured,
  NotFoundError,
  openApiDocument,
  UnavailableError,
  ValidationError,
} from 'chatbot-webhooks';
import { DataSource } from 'typeorm';
import { BillingService } from '../examples/host-app/src/billing/billing.service.js';
import { Bot } from '../examples/host-app/src/bots/bot.entity.js';
import { ConversationsService } from '../examples/host-app/src/conversations/conversations.service.js';
import { HandoffRequested } from '../examples/host-app/src/conversations/handoff-requested.event.js';
import { Lead } from '../examples/host-app/src/leads/lead.entity.js';
import { LeadFeed } from '../examples/host-app/src/leads/lead-feed.js';
import { LeadsService } from '../examples/host-app/src/leads/leads.service.js';
import { startReceiver } from './support/app.js';
import { countOf, eventually, type RunningHost, startHost } from './support/host-app.js';
import { verifySha256 } from './support/independent-signatures.js';
import type { ScriptedReceiver } from './support/receiver.js';

jest.setTimeout(60_000);

let receiver: ScriptedReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => receiver.clear());
afterAll(() => receiver.close());

/** A bot of the host's own table, whose workspace pays; its webhook is saved by the REST API. */
async function newBot({ app, api }: RunningHost, { isPaying = true, path = '/crm' } = {}) {
  const bot = { id: randomUUID(), title: 'Front Desk', workspaceId: randomUUID() };
  await app.get(DataSource).manager.insert(Bot, bot);
  if (!isPaying) return bot;
  app.get(BillingService).subscribe(bot.workspaceId);
  const settings = { enabled: true, url: receiver.url(path), events: [] };
  (await api.put(`/v1/chatbots/${bot.id}/webhook`, settings)).expect(200);
  return bot;
}

const bodyOf = ({ body }: { body: Buffer }) => JSON.parse(body.toString());

describe('the host application', () => {
  let host: RunningHost;
  beforeAll(async () => {
    host = await startHost(async () => (await import('../examples/host-app/src/app.module.js')).AppModule);
  });
  afterAll(() => host.close());

  describe('emitting', () => {
    it('delivers a lead that was committed, once, named and owned as its own table says', async () => {
      const bot = await newBot(host);
      const secret = (await host.api.get(`/v1/chatbots/${bot.id}/webhook/secret`)).expect(200).body.secret;

      const lead = await host.app.get(LeadsService).capture({ botId: bot.id, email: 'ada@example.com' });

      const [request] = await receiver.waitFor(1);
      expect(bodyOf(request!)).toMatchObject({
        eventType: 'lead.captured',
        chatbotId: bot.id,
        chatbotName: 'Front Desk',
        organizationId: bot.workspaceId,
        data: { name: null, email: 'ada@example.com', phone: null, companyName: null, tags: null },
      });
      const signature = request!.headers['x-hyperleap-signature'] as string;
      expect(await verifySha256(secret, request!.body.toString(), signature)).toBe(true);
      expect(await host.app.get(DataSource).manager.existsBy(Lead, { id: lead.id })).toBe(true);
      await sleep(150);
      expect(receiver.requests).toHaveLength(1);
    });

    it('delivers nothing of a transaction that is rolled back, and tells no listener', async () => {
      const bot = await newBot(host);
      const { app } = host;
      const [leads, deliveries] = [
        await countOf(app, 'lead'),
        await countOf(app, 'chatbot_webhooks.delivery'),
      ];
      const lines = app.get(LeadFeed).lines.length;

      const failing = app.get(DataSource).transaction(async (manager) => {
        await manager.save(Lead, { botId: bot.id, name: null, email: 'gone@example.com' });
        const { outcome } = await app
          .get(ChatbotEvents)
          .publish(LeadCaptured, { chatbotId: bot.id, data: { email: 'gone@example.com' } }, { manager });
        expect(outcome).toBe('queued');
        throw new Error('The credit check said no');
      });

      await expect(failing).rejects.toThrow('credit check');
      await sleep(300);
      expect(receiver.requests).toHaveLength(0);
      expect(await countOf(app, 'lead')).toBe(leads);
      expect(await countOf(app, 'chatbot_webhooks.delivery')).toBe(deliveries);
      expect(app.get(LeadFeed).lines).toHaveLength(lines);
    });

    it('finds a chatbot that the same transaction has just made', async () => {
      const bot = { id: randomUUID(), title: 'Fresh', workspaceId: randomUUID() };
      const { outcome } = await host.app.get(DataSource).transaction(async (manager) => {
        await manager.insert(Bot, bot);
        return host.app
          .get(ChatbotEvents)
          .publish(LeadCaptured, { chatbotId: bot.id, data: {} }, { manager });
      });
      expect(outcome).toBe('plan_required');
    });

    it('delivers all four built-in types, and its own', async () => {
      const bot = await newBot(host);
      const conversations = host.app.get(ConversationsService);

      const conversationId = await conversations.start(bot.id);
      await conversations.exchange(bot.id, conversationId, 'Is anybody there? 👋', 'Always.');
      await conversations.requestHandoff(bot.id, conversationId, 7);
      await host.app.get(LeadsService).capture({ botId: bot.id, email: 'ada@example.com' });

      const bodies = (await receiver.waitFor(5)).map(bodyOf);
      expect(bodies.map(({ eventType }) => eventType).sort()).toEqual([
        'conversation.message',
        'conversation.reply',
        'conversation.started',
        'handoff.requested',
        'lead.captured',
      ]);
      expect(bodies.find(({ eventType }) => eventType === 'handoff.requested').data).toEqual({
        conversationId,
        reason: null,
        waitingSeconds: 7,
      });
    });
  });

  describe('an event type of its own', () => {
    it('is in the catalog, with its schema and example', async () => {
      const { items } = (await host.api.get('/v1/event-types')).expect(200).body;
      expect(items).toHaveLength(5);
      expect(items.at(-1)).toMatchObject({
        type: 'handoff.requested',
        label: 'Handoff Requested',
        schema: { required: ['conversationId', 'reason', 'waitingSeconds'], additionalProperties: false },
        example: { waitingSeconds: 12 },
      });
    });

    it('is in the OpenAPI document, under webhooks; routes of the host are not', () => {
      const document = openApiDocument(host.app) as ReturnType<typeof openApiDocument> & {
        webhooks: Record<string, { post: { summary: string } }>;
      };
      expect(Object.keys(document.webhooks)).toHaveLength(5);
      expect(document.webhooks['handoff.requested']?.post.summary).toBe('Handoff Requested');
      expect(Object.keys(document.paths)).toContain('/v1/chatbots/{id}/webhook');
      expect(Object.keys(document.paths).filter((path) => path.startsWith('/leads'))).toEqual([]);
    });

    it('can be selected, and sent as a test with its example as data', async () => {
      const bot = await newBot(host);
      const settings = { enabled: true, url: receiver.url('/crm'), events: ['handoff.requested'] };
      (await host.api.put(`/v1/chatbots/${bot.id}/webhook`, settings)).expect(200);

      (await host.api.post(`/v1/chatbots/${bot.id}/webhook/test`, {})).expect(202);

      const [request] = await receiver.waitFor(1);
      expect(request!.headers).toMatchObject({
        'x-hyperleap-event': 'handoff.requested',
        'x-hyperleap-test': 'true',
      });
      expect(bodyOf(request!).data).toEqual(HandoffRequested.example);
    });

    it('is validated over HTTP as in-process', async () => {
      const bot = await newBot(host);
      const event = { eventType: 'handoff.requested', data: { conversationId: 'x', waiting: 1 } };
      const { body } = (await host.api.post(`/v1/chatbots/${bot.id}/events`, event)).expect(400);
      expect(body).toMatchObject({ code: 'validation_failed' });
      expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
        'data.conversationId',
        'data.waiting',
        'data.waitingSeconds',
      ]);
    });
  });

  describe('the parts that it replaced', () => {
    it('lets its billing decide, at once', async () => {
      const bot = await newBot(host, { isPaying: false });
      const events = host.app.get(ChatbotEvents);
      const outcome = async () =>
        (await events.publish(LeadCaptured, { chatbotId: bot.id, data: {} })).outcome;
      expect(await outcome()).toBe('plan_required');

      const settings = { enabled: true, url: receiver.url('/crm'), events: [] };
      const { body } = (await host.api.put(`/v1/chatbots/${bot.id}/webhook`, settings)).expect(403);
      expect(body).toMatchObject({ code: 'plan_required', requiredPlans: ['webhooks add-on'] });
      (await host.api.post(`/v1/chatbots/${bot.id}/webhook/test`, {})).expect(403);

      host.app.get(BillingService).subscribe(bot.workspaceId);
      (await host.api.put(`/v1/chatbots/${bot.id}/webhook`, settings)).expect(200);
      expect(await outcome()).toBe('queued');
    });

    it('ends a pending delivery when the workspace stops paying', async () => {
      receiver.script('/crm', { status: 503, headers: { 'Retry-After': '1' } });
      const bot = await newBot(host);
      const { deliveryId } = await host.app
        .get(ChatbotEvents)
        .publish(LeadCaptured, { chatbotId: bot.id, data: {} });
      await receiver.waitForDelivery(deliveryId!);
      host.app.get(BillingService).cancel(bot.workspaceId);

      const delivery = await eventually(async () => {
        const { body } = await host.api.get(`/v1/chatbots/${bot.id}/deliveries/${deliveryId}`);
        return body.status !== 'pending' && body;
      });
      expect(delivery).toMatchObject({ status: 'failed', error: { code: 'plan_required' }, attemptCount: 1 });
      expect(await receiver.waitForDelivery(deliveryId!)).toHaveLength(1);
    });

    it('lists its own bots, page by page, and leaves making them to it', async () => {
      const workspaceId = randomUUID();
      for (const title of ['Anna', 'Ben', 'Cleo']) {
        await host.app.get(DataSource).manager.insert(Bot, { id: randomUUID(), title, workspaceId });
      }
      const key = (await host.api.post('/v1/organizations', { name: 'Acme', plan: 'free' })).expect(201);
      expect(key.body.plan).toBe('free');
      const found = (await host.api.get('/v1/chatbots?search=cle&limit=100')).expect(200).body;
      expect(found.items).toMatchObject([{ name: 'Cleo', organizationId: workspaceId }]);
      const first = (await host.api.get('/v1/chatbots?limit=2')).expect(200).body;
      expect(first.items).toHaveLength(2);
      expect(first.nextCursor).not.toBeNull();

      const chatbot = { name: 'New', organizationId: key.body.id };
      expect((await host.api.post('/v1/chatbots', chatbot)).expect(409).body.code).toBe('conflict');
    });

    it('says not found of a bot that its table does not have', async () => {
      (await host.api.get(`/v1/chatbots/${randomUUID()}/webhook`)).expect(404);
    });
  });

  describe('listening', () => {
    it('hears of leads and of deliveries that failed for good', async () => {
      receiver.script('/crm', { status: 500 });
      const bot = await newBot(host);
      const feed = host.app.get(LeadFeed);
      feed.lines.length = 0;

      await host.app.get(LeadsService).capture({ botId: bot.id, email: 'grace@example.com' });

      await eventually(() => feed.lines.length === 2);
      expect(feed.lines).toEqual([
        'New lead: grace@example.com',
        'lead.captured was not delivered after 3 attempts: http_status',
      ]);
    });
  });

  describe('errors', () => {
    const publish = (chatbotId: string, data: object) =>
      host.app.get(ChatbotEvents).publish(LeadCaptured, { chatbotId, data });

    it('are a ValidationError that names each field, and nothing is stored', async () => {
      const bot = await newBot(host);
      const before = await countOf(host.app, 'chatbot_webhooks.delivery');
      const failure = await publish(bot.id, { email: 7, nme: 'Ada' }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ValidationError);
      expect((failure as ValidationError).errors).toEqual([
        { field: 'data.email', message: 'must be a string' },
        { field: 'data.nme', message: 'is unknown. Remove it.' },
      ]);
      expect(await countOf(host.app, 'chatbot_webhooks.delivery')).toBe(before);
    });

    it('are a NotFoundError for an unknown chatbot', async () => {
      await expect(publish(randomUUID(), {})).rejects.toBeInstanceOf(NotFoundError);
    });

    it('do not compile where the compiler can know', async () => {
      const events = host.app.get(ChatbotEvents);
      const chatbotId = randomUUID();
      const attempts = [
        // @ts-expect-error a number is no e-mail address
        () => events.publish(LeadCaptured, { chatbotId, data: { email: 7 } }),
        // @ts-expect-error an unknown field
        () => events.publish(LeadCaptured, { chatbotId, data: { emial: 'ada@example.com' } }),
        // @ts-expect-error a field that is not nullable is missing
        () => events.publish(HandoffRequested, { chatbotId, data: { conversationId: chatbotId } }),
        // @ts-expect-error another type's data
        () => events.publish(HandoffRequested, { chatbotId, data: { email: 'ada@example.com' } }),
        // @ts-expect-error no chatbot
        () => events.publish(LeadCaptured, { data: {} }),
      ];
      for (const attempt of attempts) await expect(attempt()).rejects.toBeInstanceOf(ValidationError);
    });
  });

  describe('routes', () => {
    it('of the host stay the host\u2019s: no key, its own errors', async () => {
      const bot = await newBot(host);
      const stranger = host.api.as(null);
      (await stranger.get('/leads')).expect(200);
      (await stranger.post('/leads', { botId: bot.id, email: 'ada@example.com' })).expect(201);
      const missing = (await stranger.get('/nowhere')).expect(404);
      expect(missing.headers.get('content-type')).toContain('application/json');
    });

    it('of the library validate, ask for a key and answer problem details, without setUpApp', async () => {
      const bot = await newBot(host);
      const path = `/v1/chatbots/${bot.id}/webhook`;
      const answers = [
        (await host.api.as(null).get(path)).expect(401),
        (await host.api.get('/v1/chatbots/nonsense/webhook')).expect(400),
        (await host.api.put(path, { enabled: 'yes', url: null, events: [], more: 1 })).expect(400),
      ];
      for (const { headers } of answers) {
        expect(headers.get('content-type')).toContain('application/problem+json');
      }
      expect(answers[2]!.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
        'enabled',
        'more',
      ]);
    });
  });

  // The last one: afterwards the database is gone.
  it('gets an UnavailableError once the database is gone', async () => {
    const bot = await newBot(host);
    await host.app.get(DataSource).destroy();
    const publishing = host.app.get(ChatbotEvents).publish(LeadCaptured, { chatbotId: bot.id, data: {} });
    await expect(publishing).rejects.toBeInstanceOf(UnavailableError);
  });
});

describe('the host application, set up by forRootAsync', () => {
  let host: RunningHost;
  beforeAll(async () => {
    host = await startHost(
      async () => (await import('../examples/host-app/src/async-app.module.js')).AsyncAppModule,
    );
  });
  afterAll(() => host.close());

  it('delivers by the settings of the injected provider', async () => {
    const bot = await newBot(host);
    const conversations = host.app.get(ConversationsService);
    await host.app.get(LeadsService).capture({ botId: bot.id, email: 'ada@example.com' });
    await conversations.requestHandoff(bot.id, randomUUID(), 3);

    const requests = await receiver.waitFor(2);

    expect(requests.map(({ headers }) => headers['x-acme-event']).sort()).toEqual([
      'handoff.requested',
      'lead.captured',
    ]);
    expect(host.app.get(LeadFeed).lines).toEqual(['New lead: ada@example.com']);
  });
});
