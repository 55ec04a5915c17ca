import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../src/common/index.js';
import { hasFailed, startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import { RawReceiver } from './support/raw-receiver.js';
import type { ScriptedAnswer, ScriptedReceiver } from './support/receiver.js';

const TIMEOUT_MS = 1000;
const HOUR_MS = 3_600_000;

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([
    startApp({ environment: { WEBHOOK_RETRY_DELAYS: '60ms', WEBHOOK_TIMEOUT: `${TIMEOUT_MS}ms` } }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

let pathCount = 0;
/** A chatbot whose receiver answers like this. */
async function receiving(...answers: ScriptedAnswer[]): Promise<TestChatbot & { route: string }> {
  const route = `/receiver-${++pathCount}`;
  receiver.script(route, ...answers);
  return { ...(await app.newChatbot({ url: receiver.url(route) })), route };
}

describe('delivered', () => {
  it.each([200, 201, 202, 204, 299])('is any 2xx answer, such as %i', async (status) => {
    const chatbot = await receiving({ status });
    const delivery = await app.delivery(chatbot, await app.emit(chatbot));
    expect(delivery).toMatchObject({
      status: 'delivered',
      responseStatus: status,
      error: null,
      attemptCount: 1,
    });
  });
});

describe('failed', () => {
  it.each([400, 401, 404, 410, 429, 500, 503])(
    'is an answer such as %i, after its retries',
    async (status) => {
      const chatbot = await receiving({ status });
      const delivery = await app.delivery(chatbot, await app.emit(chatbot));
      expect(delivery).toMatchObject({
        status: 'failed',
        responseStatus: status,
        error: { code: 'http_status', message: expect.stringContaining(String(status)) },
        attemptCount: 2,
      });
    },
  );

  it.each([301, 302, 303, 307, 308])('is a redirect by %i, which is never followed', async (status) => {
    const chatbot = await receiving({ status, redirectTo: receiver.url(`/elsewhere-${status}`) });
    const delivery = await app.delivery(chatbot, await app.emit(chatbot));
    expect(delivery).toMatchObject({
      status: 'failed',
      responseStatus: status,
      error: { code: 'http_status' },
    });
    expect(delivery.attempts[0].responseHeaders.location).toBe(receiver.url(`/elsewhere-${status}`));
    expect(receiver.requestsTo(`/elsewhere-${status}`)).toEqual([]);
  });

  it.each<[string, string, ScriptedAnswer]>([
    ['timeout', 'a receiver that hangs', { hang: true }],
    ['timeout', 'one that drips its body for ever', { drip: { everyMs: 100 } }],
    ['timeout', 'one that thinks too long', { delayMs: TIMEOUT_MS + 500 }],
    ['connection_reset', 'a reset', { reset: true }],
    ['connection_reset', 'an answer that is cut off', { body: 'x'.repeat(100), cutOffAfterBytes: 10 }],
    ['network', 'an answer that is no HTTP', { raw: 'nonsense\r\n\r\n' }],
  ])('has the code %s for %s', async (code, _what, answer) => {
    const chatbot = await receiving(answer, { status: 200 });
    const id = await app.emit(chatbot);
    const delivery = await app.delivery(chatbot, id);
    expect(delivery.attempts[0].error).toEqual({ code, message: expect.stringMatching(/\w.*\.$/) });
    expect(delivery.attempts[1].error).toBeNull();
    expect(delivery.status).toBe('delivered');
    if (code === 'timeout') {
      expect(delivery.attempts[0].durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
      expect(delivery.attempts[0].durationMs).toBeLessThan(TIMEOUT_MS + 400);
    }
  });

  it('has the code connection_refused where nobody listens', async () => {
    const gone = await RawReceiver.start({});
    const { port } = gone;
    await gone.close();
    const chatbot = await app.newChatbot({ url: `https://127.0.0.1:${port}/` });
    const delivery = await app.delivery(chatbot, await app.emit(chatbot));
    expect(delivery).toMatchObject({
      status: 'failed',
      responseStatus: null,
      error: { code: 'connection_refused' },
    });
  });

  it('has the code tls where nobody speaks it', async () => {
    const plain = await RawReceiver.start({
      onConnection: (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'),
    });
    const chatbot = await app.newChatbot({ url: `https://127.0.0.1:${plain.port}/` });
    const delivery = await app.delivery(chatbot, await app.emit(chatbot));
    await plain.close();
    expect(delivery).toMatchObject({ status: 'failed', error: { code: 'tls' } });
  });

  it('has the code dns for a name that does not exist', async () => {
    const chatbot = await app.newChatbot({ url: 'https://does-not-exist.invalid-domain-for-tests.example/' });
    const delivery = await app.delivery(chatbot, await app.emit(chatbot), undefined, 15_000);
    expect(delivery).toMatchObject({
      status: 'failed',
      error: { code: expect.stringMatching(/^(dns|timeout)$/) },
    });
  });
});

describe('an attempt as it is logged', () => {
  it('has all that was sent and answered', async () => {
    const chatbot = await receiving({
      status: 202,
      headers: { 'X-One': 'a', 'Set-Cookie': ['a=1', 'b=2'] },
      body: '{"got":"it"}',
    });
    const beforeMs = Date.now();
    const delivery = await app.delivery(chatbot, await app.emit(chatbot));
    expect(delivery.attempts).toEqual([
      {
        number: 1,
        startedAt: expect.stringMatching(/Z$/),
        durationMs: expect.any(Number),
        url: receiver.url(chatbot.route),
        requestHeaders: expect.objectContaining({ 'X-Hyperleap-Attempt': '1' }),
        responseStatus: 202,
        responseHeaders: expect.objectContaining({ 'x-one': 'a', 'set-cookie': ['a=1', 'b=2'] }),
        responseBody: '{"got":"it"}',
        responseBodyTruncated: false,
        error: null,
      },
    ]);
    expect(Date.parse(delivery.attempts[0].startedAt)).toBeGreaterThanOrEqual(beforeMs - 1);
    expect(delivery.durationMs).toBe(delivery.attempts[0].durationMs);
    expect(Date.parse(delivery.completedAt)).toBeGreaterThanOrEqual(Date.parse(delivery.createdAt));
    expect(JSON.stringify(delivery)).not.toMatch(/sha256=|v1,/);
  });

  it('keeps the first 16 KiB of a large answer', async () => {
    const chatbot = await receiving({ body: 'é'.repeat(20_000) });
    const { status, attempts } = await app.delivery(chatbot, await app.emit(chatbot));
    expect(status).toBe('delivered');
    expect(attempts[0].responseBodyTruncated).toBe(true);
    expect(attempts[0].responseBody).toBe('é'.repeat(8192));
  });

  it('survives an answer with NUL, broken UTF-8 and a page of HTML', async () => {
    const body = Buffer.concat([Buffer.from('<script>alert(1)</script>\0'), Buffer.from([0xff, 0xfe, 0xc3])]);
    const chatbot = await receiving({ body });
    const { status, attempts } = await app.delivery(chatbot, await app.emit(chatbot));
    expect(status).toBe('delivered');
    expect(attempts[0].responseBody).toBe(body.toString('utf8'));
  });

  it('is numbered from 1, oldest first', async () => {
    const chatbot = await receiving({ status: 500 });
    const { attempts, attemptCount } = await app.delivery(chatbot, await app.emit(chatbot));
    expect(attempts.map(({ number }: { number: number }) => number)).toEqual([1, 2]);
    expect(attemptCount).toBe(2);
    expect(attempts[0].startedAt < attempts[1].startedAt).toBe(true);
  });
});

describe('Retry-After', () => {
  const httpDate = (aheadMs: number) => new Date(new Clock().now().getTime() + aheadMs).toUTCString();
  /** Milliseconds from the failure of the first attempt to the second. */
  async function postponedMs(status: number, retryAfter: string): Promise<number> {
    const chatbot = await receiving({ status, headers: { 'Retry-After': retryAfter } });
    const id = await app.emit(chatbot);
    const { attempts, nextAttemptAt } = await app.delivery(
      chatbot,
      id,
      ({ attempts: made }) => made.length > 0,
    );
    const failedAtMs = Date.parse(attempts[0].startedAt) + attempts[0].durationMs;
    const dueAtMs = nextAttemptAt === null ? failedAtMs : Date.parse(nextAttemptAt);
    return dueAtMs - failedAtMs;
  }

  it.each([
    [429, '120', 120_000],
    [503, '120', 120_000],
    [503, '86400', HOUR_MS],
    [429, '999999999999', HOUR_MS],
  ])('of a %i saying %s postpones the next attempt by %i ms', async (status, retryAfter, expectedMs) => {
    const ms = await postponedMs(status, retryAfter);
    expect(ms).toBeGreaterThanOrEqual(expectedMs - 2);
    expect(ms).toBeLessThan(expectedMs + 1000);
  });

  it('may be a date', async () => {
    const ms = await postponedMs(503, httpDate(90_000));
    expect(ms).toBeGreaterThan(87_000);
    expect(ms).toBeLessThan(91_500);
  });

  it('may be a date that is more than an hour away: an hour it is', async () => {
    const ms = await postponedMs(429, httpDate(5 * HOUR_MS));
    expect(ms).toBeGreaterThanOrEqual(HOUR_MS - 2);
    expect(ms).toBeLessThan(HOUR_MS + 1000);
  });

  it.each([
    [503, 'soon'],
    [503, '-5'],
    [503, '1.5'],
    [503, '0'],
    [503, 'Mon, 99 Foo 2026 00:00:00 GMT'],
    [503, httpDate(-60_000)],
    [500, '120'],
    [404, '120'],
  ])('of a %i saying %s changes nothing', async (status, retryAfter) => {
    const chatbot = await receiving({ status, headers: { 'Retry-After': retryAfter } });
    const { attemptCount } = await app.delivery(chatbot, await app.emit(chatbot), undefined, 3000);
    expect(attemptCount).toBe(2);
  });

  it('is waited for', async () => {
    const chatbot = await receiving({ status: 429, headers: { 'Retry-After': '1' } }, { status: 200 });
    const id = await app.emit(chatbot);
    const [first, second] = await receiver.waitForDelivery(id, 4000, 2);
    expect(second!.receivedAtMs - first!.receivedAtMs).toBeGreaterThanOrEqual(1000);
  });
});

describe('while an attempt is under way', () => {
  it('the delivery is pending, its attempt counted and no next one planned', async () => {
    const chatbot = await receiving({ delayMs: 400 });
    const id = await app.emit(chatbot);
    await receiver.waitForDelivery(id);
    await sleep(20);
    expect(await app.delivery(chatbot, id, () => true)).toMatchObject({
      status: 'pending',
      attemptCount: 1,
      nextAttemptAt: null,
      completedAt: null,
      attempts: [],
    });
    expect((await app.delivery(chatbot, id)).status).toBe('delivered');
  });
});

describe('a schedule of its own', () => {
  it('makes as many retries as it has delays', async () => {
    const other = await startApp({ environment: { WEBHOOK_RETRY_DELAYS: '200ms, 0.1s,10ms' } });
    try {
      receiver.script('/own-schedule', { status: 500 });
      const chatbot = await other.newChatbot({ url: receiver.url('/own-schedule') });
      const id = await other.emit(chatbot);
      const waiting = await other.delivery(chatbot, id, hasFailed(1));
      expect(waiting).toMatchObject({
        status: 'pending',
        error: { code: 'http_status' },
        responseStatus: 500,
      });
      const requests = await receiver.waitForDelivery(id, 5000, 4);
      const gapsMs = requests
        .slice(1)
        .map(({ receivedAtMs }, at) => receivedAtMs - requests[at]!.receivedAtMs);
      [200, 100, 10].forEach((delayMs, at) => expect(gapsMs[at]).toBeGreaterThanOrEqual(delayMs));
      expect((await other.delivery(chatbot, id)).attemptCount).toBe(4);
    } finally {
      await other.close();
    }
  });
});
