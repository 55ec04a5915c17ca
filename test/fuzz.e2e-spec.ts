import fc from 'fast-check';
import { randomInt } from 'node:crypto';
import { aMessage, startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import { ENGINE } from './support/engine.js';
import type { ScriptedReceiver } from './support/receiver.js';

/** Bodies that the whole run sends, over all routes: in CI all of them once, elsewhere a sample. FUZZ_SEED repeats a run. */
const BODIES = process.env.CI && ENGINE === 'embedded' ? 10_000 : 2000;
/** Made at a time: all at once would stop the process, server included, for longer than connections are kept. */
const BATCH = 100;
const IN_FLIGHT = 12;
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

let app: TestApp;
let receiver: ScriptedReceiver;
let chatbot: TestChatbot;
let deliveryId: string;
beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
  chatbot = await app.newChatbot({ url: receiver.url() });
  deliveryId = await app.emit(chatbot);
  await app.delivery(chatbot, deliveryId);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

/** JSON as text: a value with an own `__proto__`, or with one key twice, cannot be had any other way. */
type Json = fc.Arbitrary<string>;

const quoted = (text: string) => JSON.stringify(text);
const oneOf = (...texts: string[]): Json => fc.constantFrom(...texts);

const text: Json = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map(quoted),
  fc.string({ unit: 'grapheme-composite', maxLength: 300 }).map(quoted),
  fc.uuid().map(quoted),
  fc.constantFrom(1000, 10_000, 100_000).map((length) => quoted('x'.repeat(length))),
  oneOf('"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ufeff"', '"\\u202e"', '""', '" "'),
  oneOf(
    '"lead.captured"',
    '"conversation.message"',
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '"platform"',
  ),
  oneOf(
    '"2026-02-30T00:00:00Z"',
    '"+275760-09-13T00:00:00.001Z"',
    '"0000-01-01T00:00:00Z"',
    '"-1"',
    '"Infinity"',
  ),
  oneOf(
    '"https://"',
    '"https://[::1"',
    '"https://\\u0000/"',
    '"https://%00/"',
    '"https://xn--/"',
    '"//"',
    '"https:\\\\\\\\a"',
  ),
);
const number: Json = fc.oneof(
  fc.double().map((value) => (Number.isFinite(value) ? JSON.stringify(value) : '1e400')),
  fc.integer().map(String),
  oneOf(
    '1e999',
    '-1e999',
    '-0',
    '1e-999',
    '9007199254740993',
    '2147483648',
    '0.1',
    '604801',
    '9'.repeat(400),
  ),
);
const key: Json = fc.oneof(
  oneOf(
    '"__proto__"',
    '"constructor"',
    '"prototype"',
    '"toString"',
    '"hasOwnProperty"',
    '"then"',
    '"toJSON"',
    '"length"',
  ),
  oneOf(
    '"data"',
    '"eventType"',
    '"name"',
    '"url"',
    '"events"',
    '"id"',
    '"0"',
    '""',
    '"$where"',
    '"a.b"',
    '"a[0]"',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }).map(quoted),
  fc.constantFrom(256, 5000, 50_000).map((length) => quoted('k'.repeat(length))),
);
const deep: Json = fc
  .tuple(
    fc.constantFrom('[', '{"a":', '{"__proto__":', '[{"data":'),
    fc.constantFrom(10, 63, 64, 65, 5000, 20_000),
  )
  .map(([opening, depth]) => {
    const closing = opening === '[' ? ']' : opening.startsWith('[') ? '}]' : '}';
    return opening.repeat(depth) + 'null' + closing.repeat(depth);
  });
const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    number,
    oneOf('true', 'false', 'null'),
    tie('array'),
    tie('object'),
  ),
  array: fc.array(tie('value'), { maxLength: 6 }).map((items) => `[${items.join()}]`),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map(objectOf),
}));

function objectOf(entries: readonly (readonly [key: string, value: string])[]): string {
  return `{${entries.map(([name, content]) => `${name}:${content}`).join()}}`;
}

/** Something that fits, in which some fields are something else, some are missing, and some are too many. */
const nearly = (valid: object): Json =>
  fc
    .tuple(
      fc.array(
        fc.tuple(
          fc.constantFrom(...Object.keys(valid), 'data'),
          fc.oneof({ weight: 9, arbitrary: value }, deep),
        ),
        { maxLength: 2 },
      ),
      fc.array(fc.tuple(key, value), { maxLength: 2 }),
      fc.subarray(Object.keys(valid), { minLength: Math.max(0, Object.keys(valid).length - 1) }),
    )
    .map(([replaced, added, kept]) => {
      const fields = new Map(kept.map((name) => [name, JSON.stringify(valid[name as keyof typeof valid])]));
      for (const [name, content] of replaced) fields.set(name, content);
      return objectOf([...[...fields].map(([name, content]) => [quoted(name), content] as const), ...added]);
    });

const noise: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  value.map((content) => Buffer.from(content).subarray(0, -1)),
  value.map((content) => Buffer.from(`\ufeff${content}`)),
  value.map((content) => Buffer.from(content, 'utf16le')),
);

const lead = { eventType: 'lead.captured', data: { name: 'Ada', email: 'ada@example.com', tags: ['a'] } };
const started = {
  eventType: 'conversation.started',
  data: { conversationId: '0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d44', metadata: { a: [1, { b: null }] } },
};
const routes = (): [method: string, path: string, ...valid: object[]][] => [
  ['POST', '/v1/organizations', { name: 'Acme', plan: 'pro' }],
  ['PATCH', `/v1/organizations/${chatbot.organizationId}`, { name: 'Acme' }],
  ['POST', `/v1/organizations/${chatbot.organizationId}/api-keys`, { name: 'Key', scopes: ['events:write'] }],
  ['POST', '/v1/chatbots', { organizationId: chatbot.organizationId, name: 'Bot' }],
  ['PATCH', chatbot.path, { name: 'Bot' }],
  ['PUT', `${chatbot.path}/webhook`, { enabled: true, url: receiver.url(), events: ['lead.captured'] }],
  ['POST', `${chatbot.path}/webhook/secret/regenerate`, { overlapSeconds: 60 }],
  ['POST', `${chatbot.path}/webhook/test`, { eventType: 'lead.captured' }],
  [
    'POST',
    `${chatbot.path}/webhook/verify`,
    { body: 'text', signature: 'sha256=00', webhookId: 'a', webhookTimestamp: '1' },
  ],
  ['POST', `${chatbot.path}/deliveries/${deliveryId}/redeliver`, {}],
  // Most of what strangers can write ends here.
  [
    'POST',
    `${chatbot.path}/events`,
    aMessage(),
    lead,
    started,
    { ...lead, eventId: 'e', occurredAt: '2026-01-01T00:00:00Z' },
  ],
];

it(`${BODIES} bodies that nobody expects end in no 5xx, and the server goes on`, async () => {
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  // Jest does not print what passes: the seed has to be known when a run is killed as well.
  process.stderr.write(`fuzz: FUZZ_SEED=${SEED}\n`);
  const request = fc.constantFrom(...routes()).chain(([method, path, ...valid]) =>
    fc.record({
      method: fc.constant(method),
      path: fc.constant(path),
      body: fc.oneof(
        { weight: 6, arbitrary: fc.oneof(...valid.map(nearly)) },
        { weight: 2, arbitrary: value },
        { weight: 1, arbitrary: deep },
        { weight: 1, arbitrary: noise },
      ),
    }),
  );
  const statuses = new Map<number, number>();
  const surprises: unknown[] = [];
  const send = async ({ method, path, body }: { method: string; path: string; body: string | Buffer }) => {
    const answer = await app.api.call(method, path, { rawBody: body });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
    if (answer.status >= 500 || (answer.status >= 400 && !isProblem)) {
      surprises.push({
        method,
        path,
        answer: answer.text.slice(0, 300),
        body: body.toString().slice(0, 300),
      });
    }
  };
  const requests = (function* () {
    for (let made = 0; made < BODIES; made += BATCH) {
      yield* fc.sample(request, { numRuns: BATCH, seed: SEED + made });
    }
  })();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (const next of requests) await send(next);
    }),
  );
  process.stderr.write(`fuzz: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}\n`);

  expect({ seed: SEED, surprises: surprises.slice(0, 5) }).toEqual({ seed: SEED, surprises: [] });
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(BODIES);
  // Otherwise the bodies would be so far off that nothing behind the first check is reached.
  expect((statuses.get(201) ?? 0) + (statuses.get(202) ?? 0)).toBeGreaterThan(BODIES / 100);
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
  expect(({} as { a?: unknown }).a).toBeUndefined();

  (await app.api.get('/health/ready')).expect(200);
  await app.save(chatbot, { url: receiver.url() });
  const event = aMessage('after all of that');
  expect((await app.delivery(chatbot, await app.emit(chatbot, event), undefined, 60_000)).status).toBe(
    'delivered',
  );
}, 300_000);
