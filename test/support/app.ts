import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setUpApp } from '../../src/app.setup.js';
import { ChatbotWebhooksModule } from '../../src/chatbot-webhooks.module.js';
import { Clock } from '../../src/common/index.js';
import type { ChatbotWebhooksOptions, StructureOptions } from '../../src/extensions/index.js';
import { Api } from './api.js';
import { type Engine, newEngine } from './engine.js';
import { ScriptedReceiver } from './receiver.js';

export const PLATFORM_KEY = 'platform-key-of-the-tests';

/** Real time, plus what a test adds. The database keeps its own time. */
export class ShiftedClock extends Clock {
  aheadMs = 0;
  override now(): Date {
    return new Date(super.now().getTime() + this.aheadMs);
  }
  override monotonicMs(): number {
    return super.monotonicMs() + this.aheadMs;
  }
}

export interface AppOptions extends ChatbotWebhooksOptions, StructureOptions {
  controllers?: Type[];
  providers?: Type[];
  /** Replaces what stands behind these tokens. */
  overrides?: [token: unknown, value: unknown][];
  /** Shared with another application under test: then that one drops it. */
  engine?: Engine;
}

/** The server as `main.ts` makes it, listening, on an engine of its own. */
export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const { controllers = [], providers = [], overrides = [], engine: given, environment, ...rest } = options;
  const engine = given ?? (await newEngine());
  const clock = new ShiftedClock();
  const builder = Test.createTestingModule({
    imports: [
      ChatbotWebhooksModule.forRoot({
        undeclaredRoutes: 'refuse',
        ...rest,
        environment: {
          ADMIN_API_KEY: PLATFORM_KEY,
          WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
          ...engine.environment,
          ...environment,
        },
      }),
    ],
    controllers,
    providers,
  })
    .overrideProvider(Clock)
    .useValue(clock);
  for (const [token, value] of overrides) builder.overrideProvider(token).useValue(value);
  const testing = await builder.compile();
  const app = testing.createNestApplication<NestExpressApplication>({
    bodyParser: false,
    forceCloseConnections: true,
    logger: ['error', 'fatal'],
  });
  const close = async () => {
    await app.close();
    if (!given) await engine.drop();
  };
  try {
    setUpApp(app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await close();
    throw error;
  }
  return new TestApp(app, clock, engine, new Api(await app.getUrl(), PLATFORM_KEY), close);
}

export interface NewChatbot {
  /** Null: the settings are not saved. */
  url?: string | null;
  enabled?: boolean;
  events?: string[];
  plan?: string;
  name?: string;
  organizationId?: string;
}

export interface TestChatbot {
  readonly id: string;
  readonly organizationId: string;
  /** `/v1/chatbots/{id}` */
  readonly path: string;
}

/** An application under test, and how a test gets to the point quickly. `api` calls with the platform key. */
export class TestApp {
  constructor(
    readonly app: NestExpressApplication,
    readonly clock: ShiftedClock,
    readonly engine: Engine,
    readonly api: Api,
    readonly close: () => Promise<void>,
  ) {}

  async newOrganization(plan = 'pro'): Promise<string> {
    const answer = await this.api.post('/v1/organizations', { name: 'Acme', plan });
    return answer.expect(201).body.id;
  }

  async newKey(organizationId: string, ...scopes: string[]): Promise<string> {
    const answer = await this.api.post(`/v1/organizations/${organizationId}/api-keys`, {
      name: 'Key',
      scopes,
    });
    return answer.expect(201).body.key;
  }

  /** A chatbot, by default of an organization of its own, with saved settings if `url` is given. */
  async newChatbot({
    url = null,
    enabled = true,
    events = [],
    plan = 'pro',
    name = 'Support Bot',
    organizationId,
  }: NewChatbot = {}): Promise<TestChatbot> {
    const owner = organizationId ?? (await this.newOrganization(url === null ? plan : 'pro'));
    const answer = await this.api.post('/v1/chatbots', { name, organizationId: owner });
    const { id } = answer.expect(201).body;
    const chatbot = { id, organizationId: owner, path: `/v1/chatbots/${id}` };
    if (url !== null) {
      await this.save(chatbot, { enabled, url, events });
      // Without the plan nothing could have been saved.
      if (plan !== 'pro') (await this.api.patch(`/v1/organizations/${owner}`, { plan })).expect(200);
    }
    return chatbot;
  }

  async save(
    { path }: TestChatbot,
    settings: { enabled?: boolean; url: string | null; events?: string[] },
  ): Promise<void> {
    (await this.api.put(`${path}/webhook`, { enabled: true, events: [], ...settings })).expect(200);
  }

  async secretOf({ path }: TestChatbot): Promise<string> {
    return (await this.api.get(`${path}/webhook/secret`)).expect(200).body.secret;
  }

  /** Emits `conversation.message`, or what `event` says. @returns the deliveryId, null unless queued */
  async emit({ path }: TestChatbot, event: Record<string, unknown> = aMessage()): Promise<string> {
    return (await this.api.post(`${path}/events`, event)).expect(202).body.deliveryId;
  }

  /** The delivery as the API shows it, as soon as `isReached`; by default once it is completed. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async delivery(chatbot: TestChatbot, id: string, isReached = isCompleted, timeoutMs = 8_000): Promise<any> {
    for (const endsAtMs = performance.now() + timeoutMs; ; await sleep(20)) {
      const { body } = (await this.api.get(`${chatbot.path}/deliveries/${id}`)).expect(200);
      if (isReached(body)) return body;
      if (performance.now() > endsAtMs) throw new Error(`Waited ${timeoutMs} ms for ${JSON.stringify(body)}`);
    }
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type DeliveryState = (delivery: any) => boolean;
const isCompleted: DeliveryState = ({ status }) => status !== 'pending';
/** It has failed so often, and waits for the next attempt. */
export const hasFailed =
  (attempts: number): DeliveryState =>
  ({ attempts: { length }, nextAttemptAt }) =>
    length === attempts && nextAttemptAt !== null;

export const aMessage = (message = 'Hello', more: Record<string, unknown> = {}) => ({
  eventType: 'conversation.message',
  data: { conversationId: randomUUID(), message },
  ...more,
});

/** A receiver whose certificate the application trusts. */
export function startReceiver(): Promise<ScriptedReceiver> {
  const folder = process.env['TEST_FOLDER'] as string;
  return ScriptedReceiver.start({
    certificate: {
      certPem: readFileSync(join(folder, 'receiver-cert.pem'), 'utf8'),
      keyPem: readFileSync(join(folder, 'receiver-key.pem'), 'utf8'),
    },
  });
}
