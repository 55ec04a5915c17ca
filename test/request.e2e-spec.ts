import { randomUUID } from 'node:crypto';
import { aMessage, startApp, startReceiver, type TestApp } from './support/app.js';
import { StandardWebhook, verifySha256 } from './support/independent-signatures.js';
import type { ScriptedReceiver } from './support/receiver.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

/** Emits one event to a chatbot of its own. @returns what its receiver got */
async function sent(event: Record<string, unknown>, name?: string) {
  const chatbot = await app.newChatbot({ url: receiver.url('/crm?source=bot'), name });
  const deliveryId = await app.emit(chatbot, event);
  const [request] = await receiver.waitForDelivery(deliveryId);
  return { chatbot, deliveryId, request: request!, envelope: JSON.parse(request!.body.toString()) };
}

describe('the envelope', () => {
  it('has its seven keys in the order of the contract', async () => {
    const { chatbot, deliveryId, envelope, request } = await sent(
      aMessage('Hi', { occurredAt: '2026-01-31T12:00:00.5+02:00' }),
      'Zoë’s Bot',
    );
    expect(Object.keys(envelope)).toEqual([
      'eventType',
      'chatbotId',
      'chatbotName',
      'organizationId',
      'timestamp',
      'deliveryId',
      'data',
    ]);
    expect(envelope).toEqual({
      eventType: 'conversation.message',
      chatbotId: chatbot.id,
      chatbotName: 'Zoë’s Bot',
      organizationId: chatbot.organizationId,
      timestamp: '2026-01-31T10:00:00.500Z',
      deliveryId,
      data: { conversationId: expect.stringMatching(UUID), message: 'Hi' },
    });
    expect(deliveryId).toMatch(UUID);
    expect(request).toMatchObject({ method: 'POST', path: '/crm?source=bot' });
  });

  it('says when the event occurred: now, unless told', async () => {
    const beforeMs = Date.now();
    const { envelope } = await sent(aMessage());
    expect(envelope.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(envelope.timestamp)).toBeGreaterThanOrEqual(beforeMs);
    expect(Date.parse(envelope.timestamp)).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    [
      'lead.captured',
      { email: 'ada@example.com' },
      {
        name: null,
        email: 'ada@example.com',
        phone: null,
        companyName: null,
        externalUserLoginId: null,
        tags: null,
      },
    ],
    [
      'lead.captured',
      { name: 'Ada', email: null, phone: '+1', companyName: 'A', externalUserLoginId: 'l', tags: ['a', ''] },
      { name: 'Ada', email: null, phone: '+1', companyName: 'A', externalUserLoginId: 'l', tags: ['a', ''] },
    ],
    [
      'conversation.started',
      { conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091' },
      { conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091', externalUserId: null, metadata: null },
    ],
    [
      'conversation.reply',
      {
        reply: 'R',
        userMessage: 'U',
        messageId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8092',
        conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
      },
      {
        conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
        messageId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8092',
        userMessage: 'U',
        reply: 'R',
      },
    ],
  ])('carries the data of %s %j with every key present', async (eventType, data, received) => {
    const { envelope } = await sent({ eventType, data });
    expect(envelope.data).toEqual(received);
    expect(Object.keys(envelope.data)).toEqual(Object.keys(received));
  });
});

describe('what visitors type', () => {
  it.each([
    ['emoji and accents', 'Zoë 👩‍👩‍👧 naïve ✓ 日本語'],
    ['a closing script tag', '</script><!-- \u2028\u2029'],
    ['a trailing newline', 'two lines\r\n'],
    ['NUL', 'a\u0000b'],
    ['lone surrogates', 'a\ud800b\udc00'],
    ['quotes and backslashes', '"\\" \\u0041 %00'],
    ['nothing', ''],
  ])('arrives as valid UTF-8 JSON and verifies: %s', async (_what, message) => {
    const { chatbot, request, envelope } = await sent(aMessage(message));
    expect(envelope.data.message).toBe(message);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(request.body)).not.toThrow();
    const secret = await app.secretOf(chatbot);
    const body = request.body.toString('utf8');
    expect(await verifySha256(secret, body, request.headers['x-hyperleap-signature'] as string)).toBe(true);
    expect(new StandardWebhook(secret).verify(body, request.headers as Record<string, string>)).toEqual(
      envelope,
    );
  });

  it('keeps keys such as __proto__ in metadata as the data that they are', async () => {
    const metadata =
      '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"b":[1,{"a":null}],"a":1.50}';
    const conversationId = randomUUID();
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const { body } = (
      await app.api.call('POST', `${chatbot.path}/events`, {
        rawBody: `{"eventType":"conversation.started","data":{"conversationId":"${conversationId}","metadata":${metadata}}}`,
      })
    ).expect(202);
    const [request] = await receiver.waitForDelivery(body.deliveryId);
    expect(request?.body.toString()).toContain(`"metadata":${metadata.replace('1.50', '1.5')}}`);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('is judged as the database would not: an event id with emoji works, a NUL in it is refused', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    (await app.api.post(`${chatbot.path}/events`, aMessage('x', { eventId: 'crm 👋 é' }))).expect(202);
    const { body } = (
      await app.api.post(`${chatbot.path}/events`, aMessage('x', { eventId: 'a\u0000b' }))
    ).expect(400);
    expect(body.errors).toEqual([{ field: 'eventId', message: expect.any(String) }]);
  });
});

describe('the headers', () => {
  it('say what it is, once each, and nothing of the platform', async () => {
    const { chatbot, deliveryId, request } = await sent(aMessage());
    const { headers } = request;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^ChatbotWebhooks\/\d+\.\d+\.\d+$/),
      'x-hyperleap-event': 'conversation.message',
      'x-hyperleap-delivery-id': deliveryId,
      'x-hyperleap-attempt': '1',
      'x-hyperleap-signature': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
      'webhook-id': deliveryId,
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      'content-length': String(request.body.length),
    });
    expect(Object.keys(headers).sort()).toEqual(
      [
        'accept-encoding',
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
        'webhook-id',
        'webhook-signature',
        'webhook-timestamp',
        'x-hyperleap-attempt',
        'x-hyperleap-delivery-id',
        'x-hyperleap-event',
        'x-hyperleap-signature',
      ].filter((name) => name in headers || name !== 'connection'),
    );
    const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(5);
    expect(chatbot.id).toMatch(UUID);
  });

  it('verify with the libraries of others, and with nothing but the right secret', async () => {
    const { chatbot, request } = await sent(aMessage());
    const secret = await app.secretOf(chatbot);
    const body = request.body.toString();
    const signature = request.headers['x-hyperleap-signature'] as string;
    const other = `whsec_${Buffer.alloc(32).toString('base64')}`;
    expect(await verifySha256(secret, body, signature)).toBe(true);
    expect(await verifySha256(other, body, signature)).toBe(false);
    expect(await verifySha256(secret, body.replace('Hello', 'Hallo'), signature)).toBe(false);
    const headers = request.headers as Record<string, string>;
    expect(() => new StandardWebhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new StandardWebhook(other).verify(body, headers)).toThrow();
  });

  it('of signatures are absent without a secret', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    (await app.api.delete(`${chatbot.path}/webhook/secret`)).expect(204);
    const [request] = await receiver.waitForDelivery(await app.emit(chatbot));
    expect(Object.keys(request!.headers).filter((name) => /signature|^webhook-/.test(name))).toEqual([]);
    expect(request!.headers['x-hyperleap-event']).toBe('conversation.message');
  });
});

describe('every attempt of a delivery', () => {
  it('sends the same bytes under its own number, with a fresh timestamp', async () => {
    receiver.script('/flaky', { status: 500 }, { status: 200 });
    const chatbot = await app.newChatbot({ url: receiver.url('/flaky') });
    const deliveryId = await app.emit(chatbot, aMessage('Grüße 👋\n'));
    const [first, second] = await receiver.waitForDelivery(deliveryId, 5000, 2);
    expect(second!.body.equals(first!.body)).toBe(true);
    expect([first, second].map((request) => request!.headers['x-hyperleap-attempt'])).toEqual(['1', '2']);
    expect(second!.headers['x-hyperleap-signature']).toBe(first!.headers['x-hyperleap-signature']);
    expect(Number(second!.headers['webhook-timestamp'])).toBeGreaterThan(
      Number(first!.headers['webhook-timestamp']),
    );
    const delivery = await app.delivery(chatbot, deliveryId);
    expect(delivery.requestBody).toBe(first!.body.toString('utf8'));
    const secret = await app.secretOf(chatbot);
    for (const { body, headers } of [first!, second!]) {
      expect(() =>
        new StandardWebhook(secret).verify(body.toString(), headers as Record<string, string>),
      ).not.toThrow();
    }
  });
});

describe('with a header prefix of its own', () => {
  it('no header says Hyperleap', async () => {
    const branded = await startApp({ environment: { WEBHOOK_HEADER_PREFIX: 'X-Acme' } });
    try {
      const chatbot = await branded.newChatbot({ url: receiver.url() });
      const deliveryId = await branded.emit(chatbot);
      const [request] = await receiver.waitForDelivery(deliveryId);
      expect(request!.headers).toMatchObject({
        'x-acme-event': 'conversation.message',
        'x-acme-delivery-id': deliveryId,
        'x-acme-attempt': '1',
      });
      const signature = request!.headers['x-acme-signature'] as string;
      expect(await verifySha256(await branded.secretOf(chatbot), request!.body.toString(), signature)).toBe(
        true,
      );
      expect(Object.keys(request!.headers).join()).not.toContain('hyperleap');
    } finally {
      await branded.close();
    }
  });
});
