import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Clock } from '../src/common/index.js';
import { DeliveryQueue } from '../src/delivery/index.js';
import { Retention } from '../src/operations/index.js';
import { PLATFORM_KEY, startApp, startReceiver, type TestApp } from './support/app.js';
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

describe('health', () => {
  it('is asked without a key', async () => {
    const api = app.api.as(null);
    expect((await api.get('/health/live')).expect(200).body).toMatchObject({ status: 'ok' });
    expect((await api.get('/health/ready')).expect(200).body).toEqual({
      status: 'ok',
      parts: { database: { status: 'up' }, queue: { status: 'up' } },
    });
  });

  it('says which part is down: without the queue events are still taken, without the database not', async () => {
    const queueDown = jest
      .spyOn(app.app.get(DeliveryQueue), 'waitingCount')
      .mockRejectedValue(new Error('down'));
    expect((await app.api.get('/health/ready')).expect(200).body).toEqual({
      status: 'degraded',
      parts: { database: { status: 'up' }, queue: { status: 'down' } },
    });
    queueDown.mockRestore();
    const databaseDown = jest.spyOn(app.app.get(DataSource), 'query').mockRejectedValue(new Error('down'));
    expect((await app.api.get('/health/ready')).expect(503).body).toMatchObject({
      status: 'down',
      parts: { database: { status: 'down' } },
    });
    databaseDown.mockRestore();
    (await app.api.get('/health/live')).expect(200);
  });
});

describe('metrics', () => {
  it('count deliveries and time attempts', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    await app.delivery(chatbot, await app.emit(chatbot));
    const { text, headers } = (await app.api.as(null).get('/metrics')).expect(200);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/^webhook_deliveries_completed_total\{status="delivered"\} [1-9]/m);
    expect(text).toMatch(/^webhook_attempt_duration_seconds_count\{result="delivered"\} [1-9]/m);
    expect(text).toMatch(/^webhook_queue_waiting \d/m);
    expect(text).not.toContain(chatbot.id);
  });
});

describe('the documentation', () => {
  it('is served without a key', async () => {
    const api = app.api.as(null);
    expect((await api.get('/docs')).expect(200).text).toContain('<title>Chatbot Webhooks API</title>');
    expect((await api.get('/openapi.json')).expect(200).body.openapi).toBe('3.1.0');
  });

  it('and metrics can be closed; health stays open', async () => {
    const closed = await startApp({ environment: { PUBLIC_OPERATIONS: 'false' } });
    try {
      for (const path of ['/docs', '/docs/', '/docs/swagger-ui-bundle.js', '/openapi.json', '/metrics']) {
        expect((await closed.api.as(null).get(path)).expect(401).body.code).toBe('unauthenticated');
      }
      (await closed.api.get('/openapi.json')).expect(200);
      (await closed.api.get('/metrics')).expect(200);
      (await closed.api.as(null).get('/openapi.yaml')).expect(401);
      (await closed.api.as(null).get('/docs-json')).expect(404);
      (await closed.api.as(null).get('/health/ready')).expect(200);
    } finally {
      await closed.close();
    }
  });
});

describe('security headers', () => {
  it('stand on every answer, and nothing says what the server is made of', async () => {
    for (const path of ['/health/live', '/v1/me', '/v1/nothing']) {
      const { headers } = await app.api.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.has('x-powered-by')).toBe(false);
      expect(headers.has('access-control-allow-origin')).toBe(false);
    }
  });
});

describe('a limit per key', () => {
  it('answers 429 with Retry-After', async () => {
    const limited = await startApp({ environment: { API_RATE_LIMIT: '2' } });
    try {
      (await limited.api.get('/v1/me')).expect(200);
      (await limited.api.get('/v1/me')).expect(200);
      const { body, headers } = (await limited.api.get('/v1/me')).expect(429);
      expect(body).toMatchObject({ status: 429, code: 'rate_limited' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      (await limited.api.as(null).get('/health/ready')).expect(200);
    } finally {
      await limited.close();
    }
  });
});

describe('retention', () => {
  it('deletes completed deliveries after their days, with their attempts, and frees their event ids', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const event = { eventType: 'lead.captured', data: {}, eventId: 'e' };
    const old = await app.emit(chatbot, event);
    await app.delivery(chatbot, old);
    const retention = app.app.get(Retention);
    app.clock.aheadMs = 29 * 86_400_000;
    await retention.run();
    expect(await app.emit(chatbot, event)).toBe(old);
    app.clock.aheadMs = 31 * 86_400_000;
    try {
      expect(await retention.run()).toBeGreaterThan(0);
    } finally {
      app.clock.aheadMs = 0;
    }
    (await app.api.get(`${chatbot.path}/deliveries/${old}`)).expect(404);
    const rows = await app.app
      .get(DataSource)
      .query('SELECT 1 FROM chatbot_webhooks.delivery_attempt WHERE delivery_id = $1', [old]);
    expect(rows).toEqual([]);
    expect(await app.emit(chatbot, event)).not.toBe(old);
  });

  it('keeps what is still on its way, however old', async () => {
    receiver.script('/down', { status: 500 });
    const chatbot = await app.newChatbot({ url: receiver.url('/down') });
    const id = await app.emit(chatbot);
    await app.delivery(chatbot, id, ({ attempts }) => attempts.length > 0);
    app.clock.aheadMs = 400 * 86_400_000;
    try {
      await app.app.get(Retention).run();
    } finally {
      app.clock.aheadMs = 0;
    }
    (await app.api.get(`${chatbot.path}/deliveries/${id}`)).expect(200);
  });
});

describe('a database that is away', () => {
  it('is a 503 with Retry-After over HTTP: nothing is stored, nothing is claimed', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const query = jest.spyOn(app.app.get(DataSource).manager, 'query').mockRejectedValue(gone);
    const answer = await app.api.post(`${chatbot.path}/events`, { eventType: 'lead.captured', data: {} });
    query.mockRestore();
    expect(answer.expect(503).body).toMatchObject({ code: 'unavailable' });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await app.api.get(`${chatbot.path}/deliveries`)).expect(200).body.items).toEqual([]);
  });
});

describe('the platform key', () => {
  it('opens everything, any other text nothing', async () => {
    (await app.api.get('/v1/me')).expect(200);
    for (const key of [PLATFORM_KEY.slice(1), `${PLATFORM_KEY}x`, PLATFORM_KEY.toUpperCase(), randomUUID()]) {
      (await app.api.as(key).get('/v1/me')).expect(401);
    }
    expect(app.clock).toBeInstanceOf(Clock);
  });
});
