import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Answer } from './support/api.js';
import { startApp, type TestApp, type TestChatbot } from './support/app.js';

const LIMIT_BYTES = 256 * 1024;

let app: TestApp;
let chatbot: TestChatbot;
beforeAll(async () => {
  app = await startApp();
  chatbot = await app.newChatbot({ url: 'https://127.0.0.1:1/', enabled: false });
});
afterAll(() => app.close());

const pathOf = (path: string) =>
  path
    .replace('{chatbot}', chatbot.path)
    .replace('{organization}', `/v1/organizations/${chatbot.organizationId}`);

const AN_OBJECT = {};
const WRONG_VALUES = [5, AN_OBJECT, null];

/** Every route with a body, and its fields: whether each is required, and what it takes besides its own type. */
const BODY_ROUTES: [method: string, path: string, fields: Record<string, unknown[]>][] = [
  ['POST', '/v1/organizations', { id: [], name: ['required'], plan: ['required'] }],
  ['PATCH', '{organization}', { name: [], plan: [] }],
  ['POST', '{organization}/api-keys', { name: ['required'], scopes: ['required'], expiresAt: [] }],
  ['POST', '/v1/chatbots', { id: [], organizationId: ['required'], name: ['required'] }],
  ['PATCH', '{chatbot}', { name: ['required'] }],
  ['PUT', '{chatbot}/webhook', { enabled: ['required'], url: ['required', null], events: ['required'] }],
  ['POST', '{chatbot}/webhook/test', { eventType: [] }],
  ['POST', '{chatbot}/webhook/secret/regenerate', { overlapSeconds: [5] }],
  [
    'POST',
    '{chatbot}/webhook/verify',
    { body: ['required'], signature: ['required'], webhookId: [], webhookTimestamp: [] },
  ],
  [
    'POST',
    '{chatbot}/events',
    { eventType: ['required'], data: ['required', AN_OBJECT], occurredAt: [], eventId: [] },
  ],
];

/** RFC 9457, and what the contract adds to it. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { body } = answer;
  expect({ status: answer.status, body }).toEqual({
    status,
    body: expect.objectContaining({
      type: 'about:blank',
      title: expect.any(String),
      status,
      code,
      detail: expect.stringMatching(/\w/),
      instance: expect.stringMatching(/^\//),
    }),
  });
  expect(answer.text).not.toMatch(/node_modules|\.ts:|at Object|SELECT|\n/);
}

const emitRaw = (rawBody: string | Buffer, headers: Record<string, string> = {}) =>
  app.api.call('POST', `${chatbot.path}/events`, { rawBody, headers });

/** An event whose body has exactly this many bytes. */
function eventOfBytes(bytes: number): string {
  const frame = (message: string) =>
    JSON.stringify({ eventType: 'conversation.message', data: { conversationId: randomUUID(), message } });
  return frame('x'.repeat(bytes - frame('').length));
}

/** An event whose body nests this deep: two levels are its own. */
function eventOfDepth(levels: number): string {
  const inner = levels - 3;
  return `{"eventType":"conversation.started","data":{"conversationId":"${randomUUID()}","metadata":{"deep":${'['.repeat(inner)}${']'.repeat(inner)}}}}`;
}

describe('a body', () => {
  it('of 256 KiB is taken, of one byte more refused with 413', async () => {
    expect((await emitRaw(eventOfBytes(LIMIT_BYTES))).expect(202).body.outcome).toBe('disabled');
    expectProblem(await emitRaw(eventOfBytes(LIMIT_BYTES + 1)), 413, 'payload_too_large');
    expectProblem(await emitRaw('x'.repeat(3 * LIMIT_BYTES)), 413, 'payload_too_large');
  });

  it('is measured after it is unpacked', async () => {
    const packed = (text: string) => emitRaw(gzipSync(text), { 'Content-Encoding': 'gzip' });
    (await packed(eventOfBytes(1000))).expect(202);
    expectProblem(await packed(eventOfBytes(2_000_000)), 413, 'payload_too_large');
    expectProblem(await emitRaw('{}', { 'Content-Encoding': 'gzip' }), 400, 'malformed_json');
    expectProblem(await emitRaw('{}', { 'Content-Encoding': 'br' }), 400, 'malformed_json');
    expectProblem(await emitRaw('{}', { 'Content-Encoding': 'rot13' }), 415, 'unsupported_media_type');
  });

  it('64 levels deep is taken, deeper refused', async () => {
    (await emitRaw(eventOfDepth(64))).expect(202);
    expectProblem(await emitRaw(eventOfDepth(65)), 400, 'validation_failed');
    expectProblem(await emitRaw('['.repeat(100_000)), 400, 'validation_failed');
    expectProblem(await emitRaw('{"a":'.repeat(40_000)), 400, 'validation_failed');
  });

  it('may hold brackets in its strings', async () => {
    const text = `\\"${'[{'.repeat(100)}\\\\`;
    const event = `{"eventType":"conversation.message","data":{"conversationId":"${randomUUID()}","message":"${text}"}}`;
    (await emitRaw(event)).expect(202);
  });

  it.each([
    ['half an object', '{"eventType":'],
    ['single quotes', "{'eventType':'x'}"],
    ['a trailing comma', '{"eventType":"lead.captured","data":{},}'],
    ['NaN', '{"eventType":NaN}'],
    ['two documents', '{}{}'],
    ['a bare word', 'hello'],
    ['a raw control character in a string', '{"eventType":"a\u0001"}'],
    ['white space', '   '],
  ])('of %s is malformed', async (_what, rawBody) => {
    expectProblem(await emitRaw(rawBody), 400, 'malformed_json');
  });

  it('of broken UTF-8 is malformed', async () => {
    const broken = Buffer.from(
      '{"eventType":"conversation.message","data":{"message":"\xff\xfe"}}',
      'latin1',
    );
    expectProblem(await emitRaw(broken), 400, 'malformed_json');
  });

  it.each(['[]', '[{}]', '"text"', '5', 'true', 'null'])('of %s is no object', async (rawBody) => {
    for (const [method, path] of BODY_ROUTES) {
      const answer = await app.api.call(method, pathOf(path), { rawBody });
      expectProblem(answer, 400, 'validation_failed');
      expect([path, answer.body.errors]).toEqual([path, [{ field: 'body', message: 'must be an object' }]]);
    }
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('as %s is 415', async (type) => {
    expectProblem(await emitRaw('{}', { 'Content-Type': type }), 415, 'unsupported_media_type');
  });

  it('in another charset is 415, in UTF-8 by name fine', async () => {
    const event = eventOfBytes(500);
    (await emitRaw(event, { 'Content-Type': 'application/json; charset=UTF-8' })).expect(202);
    expectProblem(
      await emitRaw(event, { 'Content-Type': 'application/json; charset=utf-16' }),
      415,
      'unsupported_media_type',
    );
  });

  it('that is not there at all is no crash', async () => {
    for (const [method, path, status] of [
      ['POST', '/events', 400],
      ['PUT', '/webhook', 400],
      ['PATCH', '', 400],
      ['POST', '/webhook/test', 202],
      ['POST', '/webhook/secret/regenerate', 200],
      ['POST', '/webhook/verify', 400],
    ] as const) {
      expect([path, (await app.api.call(method, chatbot.path + path)).status]).toEqual([path, status]);
    }
  });

  it('refused stores nothing', async () => {
    const { items } = (await app.api.get(`${chatbot.path}/deliveries?test=false`)).expect(200).body;
    expect(items).toEqual([]);
  });
});

/** How a message speaks of what a value has to be, rather than of its length, range or order. */
const SPEAKS_OF_THE_TYPE =
  /\bmust be (?:an? (?:string|integer|boolean|array|object|UUID|date and time)\b|one of the following|text\b|ISO 8601)|^is required\b/;

describe('a field of the wrong type, or that is missing', () => {
  it.each(BODY_ROUTES)('is told what it has to be: %s %s', async (method, path, fields) => {
    const required = Object.keys(fields).filter((field) => fields[field]?.[0] === 'required');
    const wrong = Object.keys(fields).flatMap((field) =>
      WRONG_VALUES.filter((value) => !fields[field]?.includes(value)).map((value) => ({ [field]: value })),
    );
    for (const body of required.length > 0 ? [{}, ...wrong] : wrong) {
      const answer = await app.api.call(method, pathOf(path), { body });
      expectProblem(answer, 400, 'validation_failed');
      const errors: { field: string; message: string }[] = answer.body.errors;
      const fieldsOfBody = [...new Set([...required, ...Object.keys(body)])].sort();
      expect([body, errors.map(({ field }) => field).sort()]).toEqual([body, fieldsOfBody]);
      for (const { field, message } of errors) {
        expect([body, field, message]).toEqual([body, field, expect.stringMatching(SPEAKS_OF_THE_TYPE)]);
      }
    }
  });

  it('is looked for on every route with a body', async () => {
    const { paths } = (await app.api.get('/openapi.json')).expect(200).body;
    const routes = Object.entries<object>(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { requestBody }]) => requestBody !== undefined)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    const walked = BODY_ROUTES.map(([method, path]) =>
      `${method} ${path}`
        .replace('{chatbot}', '/v1/chatbots/{id}')
        .replace('{organization}', '/v1/organizations/{id}'),
    );
    expect(walked.sort()).toEqual(routes.sort());
  });
});

describe('wrong fields', () => {
  const fieldsOf = async (method: string, path: string, body: unknown) => {
    const answer = await app.api.call(method, pathOf(path), { body });
    expectProblem(answer, 400, 'validation_failed');
    return answer.body.errors.map(({ field }: { field: string }) => field).sort();
  };

  it.each([
    ['POST', '/v1/chatbots', {}, ['name', 'organizationId']],
    ['POST', '/v1/chatbots', { name: 5, x: 1 }, ['name', 'organizationId', 'x']],
    [
      'PUT',
      '{chatbot}/webhook',
      { enabled: 'x', url: 'http://x', events: ['nope'] },
      ['enabled', 'events.0', 'url'],
    ],
    ['PUT', '{chatbot}/webhook', { enabled: true, url: null, events: 5 }, ['events', 'url']],
    [
      'PUT',
      '{chatbot}/webhook',
      { enabled: true, url: 5, events: ['nope', 5], x: 1 },
      ['events', 'url', 'x'],
    ],
    ['POST', '{chatbot}/events', {}, ['data', 'eventType']],
    [
      'POST',
      '{chatbot}/events',
      { eventType: 'lead.captured', data: { name: 5, x: 1 }, occurredAt: 'now', eventId: '', y: 1 },
      ['data.name', 'data.x', 'eventId', 'occurredAt', 'y'],
    ],
    [
      'POST',
      '{chatbot}/events',
      { eventType: 5, data: [], occurredAt: null },
      ['data', 'eventType', 'occurredAt'],
    ],
  ])('are all named at once: %s %s %j', async (method, path, body, fields) => {
    expect(await fieldsOf(method, path, body)).toEqual(fields);
  });
});

describe('unknown fields', () => {
  it.each([
    ['POST', '/v1/organizations', { name: 'A', plan: 'pro', x: 1 }],
    ['POST', '/v1/chatbots', { name: 'A', x: 1 }],
    ['PATCH', '{chatbot}', { name: 'A', x: 1 }],
    ['PUT', '{chatbot}/webhook', { enabled: false, url: null, events: [], x: 1 }],
    ['POST', '{chatbot}/webhook/test', { x: 1 }],
    ['POST', '{chatbot}/webhook/secret/regenerate', { x: 1 }],
    ['POST', '{chatbot}/webhook/verify', { body: '', signature: '', x: 1 }],
    ['POST', '{chatbot}/events', { eventType: 'lead.captured', data: {}, x: 1 }],
  ])('are refused by %s %s', async (method, path, body) => {
    const answer = await app.api.call(method, path.replace('{chatbot}', chatbot.path), { body });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toContainEqual({ field: 'x', message: expect.any(String) });
  });

  it.each(['/v1/chatbots', '/v1/organizations', '/v1/audit-log', '{chatbot}/deliveries'])(
    'are refused in the query of %s',
    async (path) => {
      const answer = await app.api.get(`${path.replace('{chatbot}', chatbot.path)}?x=1`);
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors).toEqual([{ field: 'x', message: expect.any(String) }]);
    },
  );
});

describe('a query', () => {
  it.each([
    '/v1/chatbots?search=%00',
    '{chatbot}/deliveries?eventType=a%00b',
    '{chatbot}/deliveries?status=%00',
    '/v1/organizations?cursor=%00',
    '/v1/audit-log?organizationId=%00',
  ])('with a NUL is refused: %s', async (path) => {
    const answer = await app.api.get(path.replace('{chatbot}', chatbot.path));
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toHaveLength(1);
  });

  it.each(['0', '101', 'abc', '1.5', '-1', '', '1e1', '+5', '1&limit=2'])(
    'may not ask for a page of %j',
    async (limit) => {
      const answer = await app.api.get(`/v1/chatbots?limit=${limit}`);
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors).toEqual([
        { field: 'limit', message: 'must be a whole number from 1 to 100' },
      ]);
    },
  );
});

describe('an id in the path that is no UUID', () => {
  const ids = ['x', '1', '%00', '%F0%9F%91%8B', "' OR 1=1", `${randomUUID()}0`, 'null', 'undefined', '{id}'];
  it.each(ids)('%j names nothing: no crash, nothing found', async (id) => {
    for (const path of [
      `/v1/chatbots/${encodeURI(id)}`,
      `/v1/chatbots/${encodeURI(id)}/webhook`,
      `/v1/chatbots/${encodeURI(id)}/deliveries`,
      `${chatbot.path}/deliveries/${encodeURI(id)}`,
      `/v1/organizations/${encodeURI(id)}`,
    ]) {
      const answer = await app.api.get(path);
      expect([path, [400, 404]]).toEqual([path, expect.arrayContaining([answer.status])]);
      expectProblem(answer, answer.status, answer.status === 400 ? 'validation_failed' : 'not_found');
    }
  });

  it('is the same id in upper case', async () => {
    (await app.api.get(`/v1/chatbots/${chatbot.id.toUpperCase()}`)).expect(200);
  });

  it('of broken percent-encoding is a problem like any other', async () => {
    const answer = await app.api.get('/v1/chatbots/%E0%A4%A');
    expectProblem(answer, 400, 'validation_failed');
  });
});

describe('routes that are not there', () => {
  it.each([
    ['GET', '/v1'],
    ['GET', '/v1/nothing'],
    ['POST', '/v2/chatbots'],
    ['PUT', '/v1/chatbots'],
    ['DELETE', '/v1/event-types'],
    ['POST', '/health/live'],
    ['GET', '/v1/chatbots//webhook'],
    ['GET', '/health/nothing'],
  ])('%s %s answers a 404 problem', async (method, path) => {
    expectProblem(await app.api.call(method, path), 404, 'not_found');
  });
});

describe('other bad requests', () => {
  it('a key in the wrong place is 401', async () => {
    const { api } = app;
    expectProblem(await api.as(null).get(`${chatbot.path}?api_key=x`), 401, 'unauthenticated');
    const answer = await api.as(null).get(chatbot.path);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each([
    ['malformed', '{', {}],
    ['too large', 'x'.repeat(LIMIT_BYTES + 1), {}],
    ['too deep', '['.repeat(65), {}],
    ['no JSON', '{}', { 'Content-Type': 'text/plain' }],
  ])(
    'a body that is %s is nothing to talk about without a key, or at no route',
    async (_what, rawBody, headers) => {
      const { api } = app;
      const call = { rawBody, headers };
      expectProblem(await api.as(null).call('POST', '/v1/chatbots', call), 401, 'unauthenticated');
      expectProblem(
        await api.as('wrong').call('PUT', `${chatbot.path}/webhook`, call),
        401,
        'unauthenticated',
      );
      expectProblem(await api.call('POST', '/v1/nothing', call), 404, 'not_found');
    },
  );

  it('bytes that are no HTTP end their own connection and nothing else', async () => {
    const { hostname, port } = new URL(app.api.baseUrl);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write('GARBAGE\r\n\r\n'));
      socket
        .on('data', () => undefined)
        .on('error', () => undefined)
        .on('close', () => resolve());
    });
    (await app.api.get('/health/live')).expect(200);
  });

  it('300 bodies of noise are answered by 4xx, each of them', async () => {
    const words = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"eventType"',
      '"data"',
      'null',
      '1e999',
      '"\\u0000"',
      '"__proto__"',
      '""',
      '-',
    ];
    let seed = 42;
    const next = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    for (let round = 0; round < 30; round++) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => {
          const length = 1 + Math.floor(next() * 20);
          return emitRaw(Array.from({ length }, () => words[Math.floor(next() * words.length)]).join(''));
        }),
      );
      for (const { status, text } of answers) {
        expect([text, status >= 400 && status < 500]).toEqual([text, true]);
      }
    }
  });
});
