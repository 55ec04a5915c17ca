import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Injectable,
  Module,
  type ModuleMetadata,
  type OnModuleDestroy,
  type OnModuleInit,
  Post,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  ChatbotEvents,
  type ChatbotWebhooksOptions,
  ChatbotWebhooksModule,
  ConversationMessage,
  type Entitlement,
  Entitlements,
  exceptWebhooks,
  type FailedAttempt,
  hasAccessRule,
  LeadCaptured,
  type RetryDecision,
  RetryPolicy,
  setUpApp,
  type StructureOptions,
} from 'chatbot-webhooks';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { startReceiver } from './support/app.js';
import { countOf, eventually, type RunningHost, startHost } from './support/host-app.js';
import type { ScriptedReceiver } from './support/receiver.js';
import { whereServerAnswers } from './support/where-server-answers.js';

jest.setTimeout(60_000);

let receiver: ScriptedReceiver;
let host: RunningHost | undefined;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => receiver.clear());
afterEach(async () => {
  await host?.close();
  host = undefined;
});
afterAll(() => receiver.close());

/** A host made of the library and whatever is to stand beside it. */
function hostOf(beside: ModuleMetadata, options: ChatbotWebhooksOptions & StructureOptions = {}): Type {
  @Module({ ...beside, imports: [ChatbotWebhooksModule.forRoot(options), ...(beside.imports ?? [])] })
  class Host {}
  return Host;
}

async function newChatbot({ api }: RunningHost): Promise<string> {
  const { body: organization } = await api.post('/v1/organizations', { name: 'Acme', plan: 'pro' });
  const chatbot = { name: 'Support Bot', organizationId: organization.id };
  const { id } = (await api.post('/v1/chatbots', chatbot)).expect(201).body;
  const settings = { enabled: true, url: receiver.url('/crm'), events: [] };
  (await api.put(`/v1/chatbots/${id}/webhook`, settings)).expect(200);
  return id;
}

const publishLead = ({ app }: RunningHost, chatbotId: string) =>
  app.get(ChatbotEvents).publish(LeadCaptured, { chatbotId, data: { email: 'ada@example.com' } });

describe('beside an EventEmitterModule of the host', () => {
  it('publishes and tells over the host\u2019s emitter, wildcards and all', async () => {
    @Injectable()
    class Everything {
      readonly heard: string[] = [];
      constructor(private readonly emitter: EventEmitter2) {}
      @OnEvent('lead.*')
      onLead() {
        this.heard.push('lead.*');
      }
      @OnEvent('**')
      onAny() {
        return 'an answer that is none';
      }
      isOn(emitter: unknown) {
        return this.emitter === emitter;
      }
    }
    const beside = { imports: [EventEmitterModule.forRoot({ wildcard: true })], providers: [Everything] };
    host = await startHost(() => hostOf(beside, { eventEmitter: 'host' }));

    const { outcome } = await publishLead(host, await newChatbot(host));

    expect(outcome).toBe('queued');
    await receiver.waitFor(1);
    expect(host.app.get(Everything).heard).toEqual(['lead.*']);
    expect(host.app.get(Everything).isOn(host.app.get(EventEmitter2, { strict: false }))).toBe(true);
  });

  it('refuses to start with two emitters, and says what to do', async () => {
    const starting = startHost(() => hostOf({ imports: [EventEmitterModule.forRoot()] }));
    await expect(starting).rejects.toThrow("Add eventEmitter: 'host'");
  });

  it('does not let a broken listener undo what is on record', async () => {
    @Injectable()
    class Broken implements OnModuleInit {
      calls = 0;
      constructor(private readonly emitter: EventEmitter2) {}
      onModuleInit() {
        this.emitter.on('lead.captured', () => {
          this.calls++;
          throw new Error('A listener without manners');
        });
      }
      @OnEvent('webhook.delivered', { suppressErrors: false })
      async onDelivered() {
        this.calls++;
        throw new Error('Another one');
      }
    }
    host = await startHost(() => hostOf({ providers: [Broken] }));

    const published = publishLead(host, await newChatbot(host));

    await expect(published).resolves.toMatchObject({ outcome: 'queued' });
    await eventually(() => host?.app.get(Broken).calls === 2);
  });

  it('can be published to from the host\u2019s own start-up hooks, in any module', async () => {
    @Injectable()
    class Greeter implements OnModuleInit {
      outcome: unknown;
      constructor(private readonly events: ChatbotEvents) {}
      async onModuleInit() {
        const event = { conversationId: randomUUID(), message: 'Hi' };
        this.outcome = await this.events
          .publish(ConversationMessage, { chatbotId: randomUUID(), data: event })
          .catch((error: { code: string }) => error.code);
      }
    }
    @Module({ providers: [Greeter] })
    class FeatureModule {}
    host = await startHost(() => hostOf({ imports: [FeatureModule] }));
    expect(host.app.get(Greeter).outcome).toBe('not_found');
  });
});

describe('beside pipes, guards and routes of the host', () => {
  @Controller()
  class HostController {
    constructor(private readonly events: ChatbotEvents) {}
    @Post('form')
    form(@Body() body: unknown) {
      return body;
    }
    @Post('broken-event')
    broken() {
      return this.events.publishByType('lead.captured', { chatbotId: randomUUID(), data: { email: 7 } });
    }
    @Get('chatroom')
    page() {
      return 'the host\u2019s own';
    }
  }

  @Injectable()
  class StaffGuard implements CanActivate {
    canActivate(context: ExecutionContext) {
      if (hasAccessRule(context)) return true;
      const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
      if (headers['x-staff'] === 'yes') return true;
      throw new ForbiddenException();
    }
  }

  it('validates by its own rules where the host\u2019s pipe is told to leave it alone', async () => {
    const pipe = new ValidationPipe({ whitelist: true, transform: true });
    host = await startHost(() =>
      hostOf({ providers: [{ provide: APP_PIPE, useValue: exceptWebhooks(pipe) }] }),
    );
    const path = `/v1/chatbots/${await newChatbot(host)}`;
    const { body } = (await host.api.put(`${path}/webhook`, { enabled: 'yes', more: 1 })).expect(400);
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'enabled',
      'events',
      'more',
      'url',
    ]);
    const unknown = (await host.api.get(`${path}/deliveries?limit=0&colour=red`)).expect(400).body;
    expect(unknown.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['colour', 'limit']);
  });

  it('shares the application with a global guard, each for its own routes', async () => {
    const providers = [{ provide: APP_GUARD, useClass: StaffGuard }];
    host = await startHost(() => hostOf({ controllers: [HostController], providers }));
    (await host.api.get('/v1/event-types')).expect(200);
    (await host.api.as(null).get('/v1/event-types', { 'x-staff': 'yes' })).expect(401);
    (await host.api.get('/chatroom')).expect(403);
    (await host.api.as(null).get('/chatroom', { 'x-staff': 'yes' })).expect(200);
  });

  it('keeps to its own paths when the host calls setUpApp', async () => {
    host = await startHost(() => hostOf({ controllers: [HostController] }), {}, setUpApp);
    const { api } = host;
    const html = { Accept: 'text/html' };
    const own = (await api.get('/chatroom', html)).expect(200);
    expect(own.text).toBe('the host\u2019s own');
    expect(own.headers.get('content-security-policy')).toBeNull();
    expect((await api.get('/nowhere', html)).expect(404).headers.get('content-type')).toContain(
      'application/json',
    );
    const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, rawBody: 'a=1' };
    expect((await api.call('POST', '/form', form)).expect(201).body).toEqual({ a: '1' });

    const malformed = (await api.call('POST', '/v1/organizations', { rawBody: '{' })).expect(400);
    expect(malformed.body.code).toBe('malformed_json');
    expect(malformed.headers.get('content-security-policy')).toContain("default-src 'self'");
    const document = (await api.get('/openapi.json')).expect(200).body;
    expect(Object.keys(document.paths)).not.toContain('/form');
    (await api.get('/docs', html)).expect(200);
  });

  it('turns its errors into problem details on the host\u2019s routes as well, after setUpApp', async () => {
    host = await startHost(() => hostOf({ controllers: [HostController] }), {}, setUpApp);
    const { body } = (await host.api.post('/broken-event', {})).expect(400);
    expect(body).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'data.email', message: 'must be a string' }],
    });
  });

  it('answers a body nested too deep without setUpApp, and goes on', async () => {
    host = await startHost(() => hostOf({}));
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const path = `/v1/chatbots/${await newChatbot(host)}/events`;
    for (const data of [deep, `{"conversationId":"${randomUUID()}","metadata":{"deep":${deep}}}`]) {
      const rawBody = `{"eventType":"conversation.started","data":${data}}`;
      expect((await host.api.call('POST', path, { rawBody })).status).toBe(400);
    }
    (await host.api.get('/health/live')).expect(200);
  });
});

describe('a part', () => {
  @Injectable()
  class Ledger {
    readonly asked: string[] = [];
  }

  @Injectable()
  class CountingEntitlements extends Entitlements implements OnModuleDestroy {
    static made = 0;
    isDestroyed = false;
    constructor(private readonly ledger: Ledger) {
      super();
      CountingEntitlements.made++;
    }
    async check(organizationId: string): Promise<Entitlement> {
      this.ledger.asked.push(organizationId);
      return { isEntitled: true, requiredPlans: [] };
    }
    onModuleDestroy() {
      this.isDestroyed = true;
    }
  }

  @Module({ providers: [Ledger], exports: [Ledger] })
  class LedgerModule {}

  @Module({ imports: [LedgerModule], providers: [CountingEntitlements], exports: [CountingEntitlements] })
  class ProvidingModule {}

  beforeEach(() => (CountingEntitlements.made = 0));
  const parts = { entitlements: CountingEntitlements };

  it('that a module of imports exports is that very instance', async () => {
    host = await startHost(() => hostOf({}, { parts, imports: [ProvidingModule] }));
    expect(CountingEntitlements.made).toBe(1);
    expect(host.app.get(Entitlements, { strict: false })).toBe(
      host.app.get(CountingEntitlements, { strict: false }),
    );
  });

  it('that nobody provides is created, with what imports export, and lives as long as the application', async () => {
    host = await startHost(() => hostOf({}, { parts, imports: [LedgerModule] }));
    expect(CountingEntitlements.made).toBe(1);
    const chatbotId = await newChatbot(host);
    const ledger = host.app.get(Ledger, { strict: false });
    ledger.asked.length = 0;

    await publishLead(host, chatbotId);
    await receiver.waitFor(1);

    // Publishing and sending ask the same part.
    expect(ledger.asked.length).toBeGreaterThanOrEqual(2);
    const part = host.app.get<CountingEntitlements>(Entitlements as never, { strict: false });
    await host.close();
    host = undefined;
    expect(part.isDestroyed).toBe(true);
  });

  it('whose dependency is missing stops the start and names it', async () => {
    const starting = startHost(() => hostOf({}, { parts }));
    await expect(starting).rejects.toThrow(/CountingEntitlements.*Ledger/s);
  });

  it('that is a broken RetryPolicy ends its delivery, and cannot send it for ever', async () => {
    class BrokenPolicy extends RetryPolicy {
      decide(): RetryDecision {
        throw new Error('A division by the failure count less one');
      }
    }
    receiver.script('/crm', { status: 500 });
    host = await startHost(() => hostOf({}, { parts: { retryPolicy: new BrokenPolicy() } }));
    const chatbotId = await newChatbot(host);
    const { deliveryId } = await publishLead(host, chatbotId);
    const { api } = host;
    const delivery = await eventually(async () => {
      const { body } = await api.get(`/v1/chatbots/${chatbotId}/deliveries/${deliveryId}`);
      return body.status !== 'pending' && body;
    });
    expect(delivery).toMatchObject({ status: 'failed', attemptCount: 1, error: { code: 'http_status' } });
  });

  it('that is a RetryPolicy may answer in fractions of milliseconds', async () => {
    class Jittery extends RetryPolicy {
      decide({ failureCount }: FailedAttempt): RetryDecision {
        return failureCount > 2 ? { kind: 'stop' } : { kind: 'retry', afterMs: 10.4 * failureCount };
      }
    }
    receiver.script('/crm', { status: 500 });
    host = await startHost(() => hostOf({}, { parts: { retryPolicy: Jittery } }));
    const { deliveryId } = await publishLead(host, await newChatbot(host));
    expect(await receiver.waitForDelivery(deliveryId!, 5_000, 3)).toHaveLength(3);
  });

  it('may be an instance that the factory of forRootAsync makes', async () => {
    @Module({
      imports: [
        ChatbotWebhooksModule.forRootAsync({
          imports: [LedgerModule],
          inject: [Ledger],
          useFactory: async (ledger: Ledger) => ({
            parts: { entitlements: new CountingEntitlements(ledger) },
          }),
        }),
      ],
    })
    class Host {}
    host = await startHost(() => Host);
    expect(host.app.get(Entitlements, { strict: false })).toBeInstanceOf(CountingEntitlements);
  });
});

describe('forRootAsync', () => {
  it('does not start with a Redis that nobody would use', async () => {
    const declare = () => {
      @Module({
        imports: [
          ChatbotWebhooksModule.forRootAsync({
            useFactory: () => ({ environment: { REDIS_URL: 'redis://127.0.0.1:6379/8' } }),
          }),
        ],
      })
      class Host {}
      return Host;
    };
    await expect(startHost(declare, { REDIS_URL: undefined })).rejects.toThrow("Add queue: 'bull'");
  });
});

@Entity({ name: 'note' })
class Note {
  @PrimaryColumn('uuid')
  id: string;
  @Column('text')
  text: string;
}

const serverUrl = process.env['DATABASE_URL'] ?? 'postgres://127.0.0.1:5432/postgres';

whereServerAnswers('PostgreSQL', serverUrl, () => {
  describe('in the host\u2019s own connection', () => {
    const name = `host_${randomUUID().replaceAll('-', '')}`;
    const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` });
    if (url.username === '') url.username = process.env['PGUSER'] ?? process.env['USER'] ?? 'postgres';
    const run = async (statement: string) => {
      const client = new Client(Object.assign(new URL(url), { pathname: '/postgres' }).href);
      await client.connect();
      await client.query(statement).finally(() => client.end());
    };
    beforeAll(() => run(`CREATE DATABASE ${name}`));
    afterAll(() => run(`DROP DATABASE ${name} WITH (FORCE)`));

    const SECRET_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
    const declare = (more: object = {}) =>
      hostOf(
        {
          imports: [
            TypeOrmModule.forRoot({
              type: 'postgres',
              url: url.href,
              autoLoadEntities: true,
              synchronize: true,
              ...more,
            }),
            TypeOrmModule.forFeature([Note]),
          ],
        },
        { database: 'host' },
      );
    const servers = { DATABASE_URL: undefined, REDIS_URL: undefined, SECRET_KEYS };

    it('makes its schema there, and commits with the host\u2019s rows', async () => {
      host = await startHost(declare, servers);
      const chatbotId = await newChatbot(host);
      const { app } = host;

      const deliveryId = await app.get(DataSource).transaction(async (manager) => {
        await manager.insert(Note, { id: randomUUID(), text: 'A lead' });
        const { deliveryId } = await app
          .get(ChatbotEvents)
          .publish(LeadCaptured, { chatbotId, data: {} }, { manager });
        return deliveryId as string;
      });

      await receiver.waitForDelivery(deliveryId);
      expect(await countOf(app, 'note')).toBe(1);
      expect(await countOf(app, 'chatbot_webhooks_migrations')).toBeGreaterThan(0);
    });

    it('leaves the host\u2019s tables alone, whatever the host wishes for its connection', async () => {
      // TypeORM drops the schema `public` at its own start; ours must not drop it a second time.
      host = await startHost(() => declare({ dropSchema: true }), servers);
      await host.app.get(DataSource).manager.insert(Note, { id: randomUUID(), text: 'Still there' });
      expect(await countOf(host.app, 'note')).toBe(1);
    });

    it('asks for SECRET_KEYS: a key in one process\u2019s folder would lock out the others', async () => {
      const starting = startHost(declare, { ...servers, SECRET_KEYS: undefined });
      await expect(starting).rejects.toThrow('SECRET_KEYS wants');
    });

    it('refuses another kind of database by name', async () => {
      // Whatever driver: the kind is looked at before anything is sent.
      const { HostDatabaseModule } = await import('../src/database/index.js');
      const providers = Reflect.getMetadata('providers', HostDatabaseModule) as {
        useFactory: (dataSource: unknown) => Promise<unknown>;
      }[];
      await expect(providers[0]?.useFactory({ options: { type: 'mysql' } })).rejects.toThrow(
        'connects to mysql',
      );
    });
  });
});
