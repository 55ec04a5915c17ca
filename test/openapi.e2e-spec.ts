import SwaggerParser from '@apidevtools/swagger-parser';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Engine, newEmbeddedEngine } from './support/embedded-engine.js';

const SERVER = 'dist/main.js';

interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  security?: object[];
  'x-required-scopes'?: string[];
  parameters?: { name: string; in: string; description?: string; schema?: object }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: object; example?: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: object }> }>;
}

/** The document as the built server answers it: Jest does not run the Swagger plugin, `nest build` does. */
describe('the OpenAPI document of the built server', () => {
  let engine: Engine;
  let server: ChildProcess;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  let document: any;
  let operations: [string, Operation][];

  beforeAll(async () => {
    if (!existsSync(SERVER)) throw new Error(`${SERVER} is missing: run \`npx nest build\` first.`);
    engine = await newEmbeddedEngine();
    const { PATH, HOME } = process.env;
    server = spawn(process.execPath, [SERVER], {
      env: {
        PATH,
        HOME,
        PORT: '0',
        ...(engine.environment as Record<string, string>),
        LOG_FORMAT: 'json',
        ADMIN_API_KEY: 'key-for-the-openapi-test',
      },
    });
    let output = '';
    server.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      server.stdout?.on('data', (data: Buffer) => {
        output += data.toString();
        const match = /"url":"(http:[^"]+)"/.exec(output);
        if (match) resolve(match[1]!);
      });
      server.once('exit', () => reject(new Error(`The server ended:\n${output}`)));
    });
    document = await (await fetch(`${url}/openapi.json`)).json();
    operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );
  }, 60_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    await engine.drop();
  });

  const api = () => operations.filter(([name]) => name.includes(' /v1/'));

  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    await expect(SwaggerParser.validate(structuredClone(document))).resolves.toBeDefined();
  });

  it('has every route of the contract', () => {
    expect(operations.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'POST /v1/organizations',
        'GET /v1/organizations/{id}',
        'PATCH /v1/organizations/{id}',
        'POST /v1/organizations/{id}/api-keys',
        'GET /v1/organizations/{id}/api-keys',
        'DELETE /v1/organizations/{id}/api-keys/{keyId}',
        'POST /v1/chatbots',
        'GET /v1/chatbots',
        'GET /v1/chatbots/{id}',
        'PATCH /v1/chatbots/{id}',
        'DELETE /v1/chatbots/{id}',
        'GET /v1/chatbots/{id}/webhook',
        'PUT /v1/chatbots/{id}/webhook',
        'GET /v1/chatbots/{id}/webhook/secret',
        'POST /v1/chatbots/{id}/webhook/secret/regenerate',
        'DELETE /v1/chatbots/{id}/webhook/secret',
        'POST /v1/chatbots/{id}/webhook/test',
        'GET /v1/chatbots/{id}/deliveries',
        'GET /v1/chatbots/{id}/deliveries/{deliveryId}',
        'POST /v1/chatbots/{id}/deliveries/{deliveryId}/redeliver',
        'POST /v1/chatbots/{id}/events',
        'GET /v1/event-types',
        'GET /health/live',
        'GET /health/ready',
        'GET /metrics',
      ]),
    );
  });

  const SUCCESS: Record<string, string> = {
    'POST /v1/organizations': '201',
    'POST /v1/organizations/{id}/api-keys': '201',
    'DELETE /v1/organizations/{id}/api-keys/{keyId}': '204',
    'POST /v1/chatbots': '201',
    'DELETE /v1/chatbots/{id}': '204',
    'DELETE /v1/chatbots/{id}/webhook/secret': '204',
    'POST /v1/chatbots/{id}/webhook/test': '202',
    'POST /v1/chatbots/{id}/deliveries/{deliveryId}/redeliver': '202',
    'POST /v1/chatbots/{id}/events': '202',
  };

  it('describes what each route does and answers, and what its answer is made of', () => {
    for (const [name, { summary, description, responses }] of operations) {
      expect([name, summary]).toEqual([name, expect.stringMatching(/^[^`\n]*\w{3}[^`\n]*$/)]);
      if (name.includes(' /v1/'))
        expect([name, description]).toEqual([name, expect.stringMatching(/key|Scope/)]);
      const success = Object.keys(responses).filter((status) => status.startsWith('2'));
      expect([name, success]).toEqual([name, [SUCCESS[name] ?? '200']]);
      if (success[0] === '204') continue;
      const [content] = Object.values(responses[success[0]!]!.content ?? {});
      expect([name, content?.schema]).toEqual([name, expect.any(Object)]);
    }
  });

  it('says of each API route which problems it answers with, as problem+json', () => {
    for (const [name, { responses }] of api()) {
      const problems = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect([name, problems.map(([status]) => status)]).toEqual([name, expect.arrayContaining(['401'])]);
      for (const [status, { content }] of problems) {
        expect([name, status, Object.keys(content ?? {})]).toEqual([
          name,
          status,
          ['application/problem+json'],
        ]);
      }
    }
  });

  it('says of each API route that it takes a key, and which scopes', () => {
    for (const [name, operation] of api()) {
      expect([name, operation.security?.length]).toEqual([name, 1]);
      expect([name, operation['x-required-scopes']]).toEqual([name, expect.any(Array)]);
    }
    const scopesOf = (name: string) => operations.find(([each]) => each === name)?.[1]['x-required-scopes'];
    expect(scopesOf('POST /v1/chatbots/{id}/webhook/secret/regenerate')).toEqual([
      'webhooks:write',
      'secrets:read',
    ]);
    expect(scopesOf('POST /v1/chatbots/{id}/events')).toEqual(['events:write']);
  });

  it('describes every parameter, and every field of every body', () => {
    for (const [name, { parameters = [], requestBody }] of api()) {
      for (const parameter of parameters) {
        expect([name, parameter.name, parameter.schema]).toEqual([name, parameter.name, expect.any(Object)]);
      }
      const [method] = name.split(' ');
      if (method === 'PUT' || method === 'PATCH')
        expect([name, requestBody]).toEqual([name, expect.any(Object)]);
    }
    const schemas = Object.entries<{ properties?: Record<string, object> }>(document.components.schemas);
    for (const [schema, { properties = {} }] of schemas) {
      for (const [property, type] of Object.entries(properties)) {
        expect([schema, property, Object.keys(type).length > 0]).toEqual([schema, property, true]);
      }
    }
    const { properties, required } = document.components.schemas.PublishEventDto;
    expect(Object.keys(properties).sort()).toEqual(['data', 'eventId', 'eventType', 'occurredAt']);
    expect(required.sort()).toEqual(['data', 'eventType']);
    expect(document.components.schemas.SaveWebhookSettingsDto.required.sort()).toEqual([
      'enabled',
      'events',
      'url',
    ]);
  });

  it('says which bodies may be left out, and how long texts may be', () => {
    const operation = (name: string) => operations.find(([each]) => each === name)![1];
    const optional = operations.filter(([, { requestBody }]) => requestBody?.required === false);
    expect(optional.map(([name]) => name).sort()).toEqual([
      'POST /v1/chatbots/{id}/webhook/secret/regenerate',
      'POST /v1/chatbots/{id}/webhook/test',
    ]);
    const { schemas } = document.components;
    expect(schemas.SaveWebhookSettingsDto.properties.url.maxLength).toBe(2048);
    for (const name of ['CreateChatbotDto', 'UpdateChatbotDto', 'CreateOrganizationDto']) {
      expect([name, schemas[name].properties.name]).toEqual([
        name,
        expect.objectContaining({ minLength: 1, maxLength: 200 }),
      ]);
    }
    const bounds = expect.objectContaining({ minLength: 1, maxLength: 200 });
    expect(schemas.PublishEventDto.properties.eventId).toEqual(bounds);
    expect(schemas.PublishEventDto.properties.occurredAt.format).toBe('date-time');
    const key = operation('POST /v1/chatbots/{id}/events').parameters!.find(
      ({ name }) => name === 'Idempotency-Key',
    );
    expect(key?.schema).toEqual(bounds);
  });

  it('names preconditions and the answers that come of them', () => {
    const answers = (name: string) => Object.keys(operations.find(([each]) => each === name)![1].responses);
    const headers = (name: string) =>
      operations.find(([each]) => each === name)![1].parameters!.map((parameter) => parameter.name);
    const settings = '/v1/chatbots/{id}/webhook';
    for (const name of [
      `PUT ${settings}`,
      `POST ${settings}/secret/regenerate`,
      `DELETE ${settings}/secret`,
    ]) {
      expect([name, answers(name), headers(name)]).toEqual([
        name,
        expect.arrayContaining(['412']),
        expect.arrayContaining(['If-Match']),
      ]);
    }
    expect(answers(`GET ${settings}`)).toContain('304');
    expect(answers('GET /health/ready')).toEqual(['200', '503']);
    expect(answers('POST /v1/chatbots/{id}/deliveries/{deliveryId}/redeliver')).toContain('415');
  });

  it('has unique operation ids, to generate a client from', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes under webhooks the four requests that receivers get, examples that fit included', () => {
    expect(Object.keys(document.webhooks)).toEqual([
      'lead.captured',
      'conversation.started',
      'conversation.message',
      'conversation.reply',
    ]);
    for (const [type, { post }] of Object.entries<{ post: Operation }>(document.webhooks)) {
      const { schema, example } = post.requestBody!.content['application/json'] as {
        schema: { required: string[]; properties: Record<string, { required?: string[] }> };
        example: Record<string, object>;
      };
      const keys = [
        'eventType',
        'chatbotId',
        'chatbotName',
        'organizationId',
        'timestamp',
        'deliveryId',
        'data',
      ];
      expect(schema.required).toEqual(keys);
      expect(Object.keys(example)).toEqual(keys);
      expect(example['eventType']).toBe(type);
      expect(Object.keys(example['data']!).sort()).toEqual([...schema.properties['data']!.required!].sort());
      const headers = post.parameters!.map(({ name }) => name);
      expect(headers).toEqual(
        expect.arrayContaining([
          'X-Hyperleap-Event',
          'X-Hyperleap-Delivery-Id',
          'X-Hyperleap-Signature',
          'webhook-id',
        ]),
      );
    }
  });
});
