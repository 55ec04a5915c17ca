import { type FactoryProvider, Inject, Injectable, Optional, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Authenticator, DefaultAuthenticator, RateLimiter } from '../access/index.js';
import {
  ChatbotDirectory,
  Entitlements,
  PlanEntitlements,
  TableChatbotDirectory,
} from '../chatbot-settings/index.js';
import { Environment } from '../config/index.js';
import { DeliveryQueue, RetryPolicy, ScheduledRetryPolicy } from '../delivery/index.js';
import { PublicHttpsUrlPolicy, UrlPolicy } from '../egress/index.js';
import {
  AesGcmSecretCipher,
  defaultWebhookSigner,
  SecretCipher,
  SecretKeyring,
  WebhookSigner,
} from '../signing/index.js';
import { type Part, type Parts, ResolvedOptions } from './options.js';
import { RedisParts } from './redis-parts.js';

type PortToken<Port> = abstract new (...args: never[]) => Port;
type Create<Port> = (moduleRef: ModuleRef, environment: Environment) => Port | Promise<Port>;

/** Every port, bound once: to the host's part, or to its default. The only place where parts are bound. */
export const plugBoard: FactoryProvider[] = [
  port(Authenticator, 'authenticator', async (moduleRef) =>
    (await moduleRef.create(DefaultAuthenticator)).create(),
  ),
  port(ChatbotDirectory, 'chatbotDirectory', (moduleRef) => moduleRef.create(TableChatbotDirectory)),
  port(Entitlements, 'entitlements', (moduleRef) => moduleRef.create(PlanEntitlements)),
  port(
    RetryPolicy,
    'retryPolicy',
    (_, { WEBHOOK_RETRY_DELAYS }) => new ScheduledRetryPolicy(WEBHOOK_RETRY_DELAYS),
  ),
  port(WebhookSigner, 'webhookSigner', (_, { WEBHOOK_HEADER_PREFIX }) =>
    defaultWebhookSigner(WEBHOOK_HEADER_PREFIX),
  ),
  port(SecretCipher, 'secretCipher', async (_, environment) => {
    return new AesGcmSecretCipher(await SecretKeyring.load(environment));
  }),
  port(
    UrlPolicy,
    'urlPolicy',
    (_, { WEBHOOK_ALLOWED_NETWORKS }) => new PublicHttpsUrlPolicy(WEBHOOK_ALLOWED_NETWORKS),
  ),
  port(DeliveryQueue, 'deliveryQueue', async (moduleRef, { REDIS_URL }) => {
    return (await moduleRef.create(RedisParts)).deliveryQueue(REDIS_URL);
  }),
  port(RateLimiter, 'rateLimiter', async (moduleRef) => (await moduleRef.create(RedisParts)).rateLimiter()),
];

function port<Port>(
  token: PortToken<Port>,
  name: keyof Parts,
  createDefault: Create<Port>,
): FactoryProvider<Port> {
  return {
    provide: token,
    inject: [ModuleRef, Environment, ResolvedOptions],
    useFactory: (moduleRef: ModuleRef, environment: Environment, { parts }: ResolvedOptions) => {
      const part = parts?.[name] as Part<Port> | undefined;
      if (part === undefined) return createDefault(moduleRef, environment);
      return typeof part === 'function' ? instanceOf(part as Type<Port>, moduleRef) : part;
    },
  };
}

/** The one that the host provides, if it does: a second instance would have a state of its own. */
async function instanceOf<Port>(part: Type<Port>, moduleRef: ModuleRef): Promise<Port> {
  // Asked for by injection, because ModuleRef.get() may hand out what is not constructed yet.
  @Injectable()
  class Provided {
    constructor(@Optional() @Inject(part) readonly instance?: Port) {}
  }
  return (await moduleRef.create(Provided)).instance ?? moduleRef.create(part);
}
