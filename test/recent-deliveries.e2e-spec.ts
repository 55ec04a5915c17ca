import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import type { ScriptedReceiver } from './support/receiver.js';

interface Row {
  id: string;
  createdAt: string;
  [key: string]: unknown;
}

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([
    startApp({ environment: { WEBHOOK_RETRY_DELAYS: '20ms' } }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const page = async ({ path }: TestChatbot, query = '') =>
  (await app.api.get(`${path}/deliveries${query}`)).expect(200).body as {
    items: Row[];
    nextCursor: string | null;
  };

async function allPages(chatbot: TestChatbot, limit: number, query = ''): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, nextCursor } = await page(chatbot, `?limit=${limit}${query}${next}`);
    rows.push(...items);
    cursor = nextCursor;
  }
  return rows;
}

const T0 = Date.parse('2026-01-31T12:00:00.000Z');
const at = (ms: number) => new Date(T0 + ms).toISOString();

/** Rows as if deliveries had been made at these times; the ledger has no door for the past. */
async function completedAt(chatbot: TestChatbot, offsetsMs: number[]): Promise<string[]> {
  const ids = offsetsMs.map(() => randomUUID());
  await app.app.get(DataSource).query(
    `INSERT INTO chatbot_webhooks.delivery
       (id, organization_id, chatbot_id, event_id, event_type, is_test, request_body, status, created_at, completed_at)
     SELECT id, $2, $3, id::text, 'lead.captured', false, '{}', 'delivered', at, at
     FROM unnest($1::uuid[], $4::timestamptz[]) AS input(id, at)`,
    [ids, chatbot.organizationId, chatbot.id, offsetsMs.map(at)],
  );
  return ids;
}

describe('Recent Deliveries', () => {
  it('shows of each what the contract lists, newest first', async () => {
    receiver.script('/sometimes', { status: 200, body: 'ok' }, { status: 500 });
    const chatbot = await app.newChatbot({ url: receiver.url('/sometimes') });
    const first = await app.emit(chatbot);
    await app.delivery(chatbot, first);
    const second = (await app.api.post(`${chatbot.path}/webhook/test`)).expect(202).body.deliveryId;
    await app.delivery(chatbot, second);
    const { items, nextCursor } = await page(chatbot);
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      {
        id: second,
        eventType: 'lead.captured',
        status: 'failed',
        test: true,
        attemptCount: 2,
        responseStatus: 500,
        error: { code: 'http_status', message: expect.any(String) },
        createdAt: expect.stringMatching(/Z$/),
        nextAttemptAt: null,
        completedAt: expect.stringMatching(/Z$/),
        durationMs: expect.any(Number),
      },
      {
        id: first,
        eventType: 'conversation.message',
        status: 'delivered',
        test: false,
        attemptCount: 1,
        responseStatus: 200,
        error: null,
        createdAt: expect.stringMatching(/Z$/),
        nextAttemptAt: null,
        completedAt: expect.stringMatching(/Z$/),
        durationMs: expect.any(Number),
      },
    ]);
  });

  it('filters by status, event type and test, together too', async () => {
    receiver.script('/by-filter', { status: 200 }, { status: 500 }, { status: 500 }, { status: 200 });
    const chatbot = await app.newChatbot({ url: receiver.url('/by-filter') });
    const delivered = await app.emit(chatbot);
    await app.delivery(chatbot, delivered);
    const failed = await app.emit(chatbot, { eventType: 'lead.captured', data: {} });
    await app.delivery(chatbot, failed);
    const test = (await app.api.post(`${chatbot.path}/webhook/test`)).body.deliveryId;
    await app.delivery(chatbot, test);
    const idsOf = async (query: string) => (await page(chatbot, query)).items.map(({ id }) => id);
    expect(await idsOf('?status=delivered')).toEqual([test, delivered]);
    expect(await idsOf('?status=failed')).toEqual([failed]);
    expect(await idsOf('?status=pending')).toEqual([]);
    expect(await idsOf('?eventType=lead.captured')).toEqual([test, failed]);
    expect(await idsOf('?eventType=no.such')).toEqual([]);
    expect(await idsOf('?test=true')).toEqual([test]);
    expect(await idsOf('?test=false&eventType=lead.captured')).toEqual([failed]);
  });

  it('takes since as inclusive and until as exclusive', async () => {
    const chatbot = await app.newChatbot();
    await completedAt(chatbot, [0, 1, 2, 3]);
    const timesOf = async (query: string) =>
      (await page(chatbot, query)).items.map(({ createdAt }) => createdAt);
    expect(await timesOf(`?since=${at(1)}`)).toEqual([at(3), at(2), at(1)]);
    expect(await timesOf(`?until=${at(2)}`)).toEqual([at(1), at(0)]);
    expect(await timesOf(`?since=${at(1)}&until=${at(3)}`)).toEqual([at(2), at(1)]);
    expect(await timesOf(`?since=${at(2)}&until=${at(2)}`)).toEqual([]);
    const inAnotherZone = encodeURIComponent('2026-01-31T14:00:00.002+02:00');
    expect(await timesOf(`?since=${inAnotherZone}`)).toEqual([at(3), at(2)]);
  });

  it.each([1, 2, 7, 100])(
    'comes in pages of %i without gaps or doubles, also within one instant',
    async (limit) => {
      const chatbot = await app.newChatbot();
      const ids = await completedAt(chatbot, [0, 0, 0, 0, 0, 5, 5, 9, 9, 9, 9, 12]);
      const rows = await allPages(chatbot, limit);
      expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
      const times = rows.map(({ createdAt }) => createdAt);
      expect(times).toEqual([...times].sort().reverse());
    },
  );

  it('goes on where it stopped when newer deliveries come in between', async () => {
    const chatbot = await app.newChatbot();
    const old = await completedAt(chatbot, [0, 1, 2, 3]);
    const first = await page(chatbot, '?limit=2');
    await completedAt(chatbot, [10, 11]);
    const second = await page(chatbot, `?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([...old].reverse());
  });

  it('keeps its filters from page to page', async () => {
    const chatbot = await app.newChatbot();
    await completedAt(chatbot, [0, 1, 2, 3, 4]);
    expect(await allPages(chatbot, 1, `&since=${at(1)}&until=${at(4)}`)).toHaveLength(3);
  });

  it('shows 25 unless told', async () => {
    const chatbot = await app.newChatbot();
    await completedAt(
      chatbot,
      Array.from({ length: 26 }, (_, index) => index),
    );
    const { items, nextCursor } = await page(chatbot);
    expect(items).toHaveLength(25);
    expect(nextCursor).not.toBeNull();
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=junk', 'cursor'],
    [`cursor=${Buffer.from('["2026-01-31T12:00:00.000Z","x"]').toString('base64url')}`, 'cursor'],
    [
      `cursor=${Buffer.from(`["x'; DROP TABLE delivery","${randomUUID()}"]`).toString('base64url')}`,
      'cursor',
    ],
    [`cursor=${Buffer.from('{}').toString('base64url')}`, 'cursor'],
    ['status=done', 'status'],
    ['status=', 'status'],
    ['status=failed&status=pending', 'status'],
    ['test=yes', 'test'],
    ['since=yesterday', 'since'],
    ['since=2026-01-31', 'since'],
    ['until=2026-02-30T00:00:00Z', 'until'],
    ['until=0000-01-01T00:00:00Z', 'until'],
    ['eventType=a&eventType=b', 'eventType'],
    ['order=asc', 'order'],
  ])('refuses ?%s, by the field', async (query, field) => {
    const chatbot = await app.newChatbot();
    const { body } = (await app.api.get(`${chatbot.path}/deliveries?${query}`)).expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
  });

  it('names a wrong limit and a wrong cursor at once', async () => {
    const chatbot = await app.newChatbot();
    const { body } = (await app.api.get(`${chatbot.path}/deliveries?cursor=junk&limit=0`)).expect(400);
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['cursor', 'limit']);
  });

  it('a cursor of another list, or of another chatbot, is refused', async () => {
    const [one, other] = [await app.newChatbot(), await app.newChatbot()];
    await completedAt(one, [0, 1, 2]);
    const { nextCursor } = await page(one, '?limit=1');
    const { errors } = (await app.api.get(`${other.path}/deliveries?cursor=${nextCursor}`)).expect(400).body;
    expect(errors).toEqual([{ field: 'cursor', message: expect.stringContaining('this list') }]);
    const keys = `/v1/organizations/${one.organizationId}/api-keys`;
    (await app.api.get(`${keys}?cursor=${nextCursor}`)).expect(400);
    const organizations = (await app.api.get('/v1/organizations?limit=1')).expect(200).body.nextCursor;
    for (const path of ['/v1/chatbots', '/v1/audit-log']) {
      (await app.api.get(`${path}?cursor=${organizations}`)).expect(400);
    }
    const chatbots = (await app.api.get('/v1/chatbots?limit=1')).expect(200).body.nextCursor;
    (await app.api.get(`${one.path}/deliveries?cursor=${chatbots}`)).expect(400);
    (await app.api.get(`/v1/chatbots?cursor=${nextCursor}`)).expect(400);
  });
});

describe('one delivery', () => {
  it('is its row in the list with body and attempts', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const id = await app.emit(chatbot);
    const { requestBody, attempts, ...summary } = await app.delivery(chatbot, id);
    expect([summary]).toEqual((await page(chatbot)).items);
    expect(attempts).toHaveLength(1);
    const [request] = await receiver.waitForDelivery(id);
    expect(Buffer.from(requestBody, 'utf8').equals(request!.body)).toBe(true);
  });

  it('stays readable after its chatbot is deleted, to its organization only', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const id = await app.emit(chatbot);
    await app.delivery(chatbot, id);
    (await app.api.delete(chatbot.path)).expect(204);
    const own = app.api.as(await app.newKey(chatbot.organizationId, 'deliveries:read'));
    const other = app.api.as(await app.newKey(await app.newOrganization(), 'deliveries:read'));
    for (const path of [`${chatbot.path}/deliveries`, `${chatbot.path}/deliveries/${id}`]) {
      (await own.get(path)).expect(200);
      (await other.get(path)).expect(404);
    }
  });
});

describe('the overview', () => {
  it('counts the last 24 hours', async () => {
    const chatbot = await app.newChatbot({ url: receiver.url() });
    await app.delivery(chatbot, await app.emit(chatbot));
    await completedAt(chatbot, [0]);
    const { body } = (await app.api.get(`${chatbot.path}/overview`)).expect(200);
    expect(body).toMatchObject({
      delivered: 1,
      failed: 0,
      pending: 0,
      successRate: 1,
      oldestPendingAt: null,
    });
    expect(body.buckets).toHaveLength(24);
    expect(body.buckets.at(-1)).toMatchObject({ delivered: 1 });
    expect(body.durationMs.p50).toEqual(expect.any(Number));
  });
});
