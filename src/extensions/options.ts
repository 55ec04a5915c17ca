import type { ModuleMetadata, Type } from '@nestjs/common';
import type { Authenticator, RateLimiter } from '../access/index.js';
import type { ChatbotDirectory, Entitlements } from '../chatbot-settings/index.js';
import type { Variables } from '../config/index.js';
import type { DatabaseOptions } from '../database/index.js';
import type { DeliveryQueue, RetryPolicy } from '../delivery/index.js';
import type { UrlPolicy } from '../egress/index.js';
import type { EventDefinition } from '../events/index.js';
import type { SecretCipher, WebhookSigner } from '../signing/index.js';

/**
 * An instance, or a class. Of a class, the instance that one of `imports` (or a global module) exports is used;
 * if none does, Nest creates one, with dependencies from those same modules.
 */
export type Part<Port> = Port | Type<Port>;

/** The parts that a team may bring. What is left out keeps its default. */
export interface Parts {
  /** Default: API keys, and tokens where JWT_JWKS_URL is set. */
  authenticator?: Part<Authenticator>;
  /** Default: our own table. */
  chatbotDirectory?: Part<ChatbotDirectory>;
  /** Default: the organization's plan. */
  entitlements?: Part<Entitlements>;
  /** Default: WEBHOOK_RETRY_DELAYS, with Retry-After. */
  retryPolicy?: Part<RetryPolicy>;
  /** Default: the contract's header and Standard Webhooks. */
  webhookSigner?: Part<WebhookSigner>;
  /** Default: AES-256-GCM with SECRET_KEYS. */
  secretCipher?: Part<SecretCipher>;
  /** Default: public HTTPS addresses and WEBHOOK_ALLOWED_NETWORKS. */
  urlPolicy?: Part<UrlPolicy>;
  /** Default: Bull with REDIS_URL, else in-process. */
  deliveryQueue?: Part<DeliveryQueue>;
  /** Default: shared over processes with REDIS_URL, else per process. */
  rateLimiter?: Part<RateLimiter>;
}

export interface ChatbotWebhooksOptions {
  /** Settings by their variable's name; they stand above the process environment. */
  environment?: Variables;
  /** Event types of your own, beside the four. */
  events?: readonly EventDefinition[];
  parts?: Parts;
}

/** What has to be known before anything can be created, also by `forRootAsync`. */
export interface StructureOptions {
  /** Modules whose providers your parts, or your factory, inject. */
  imports?: ModuleMetadata['imports'];
  /**
   * `own` (default): the module opens TypeORM's default connection, and your `TypeOrmModule.forFeature`
   * entities join it; an object adds your migrations, which run after ours, under the same lock. `host`: you
   * import `TypeOrmModule.forRoot` yourself, with `autoLoadEntities` and a PostgreSQL; our migrations run there
   * all the same. Then DATABASE_URL is not read, and SECRET_KEYS has to be set.
   */
  database?: 'own' | 'host' | DatabaseOptions;
  /**
   * `own` (default): the module imports `EventEmitterModule.forRoot()`, and all of your application shares it.
   * `host`: you import it yourself, with options of your own. Two of them would split the bus: the start is
   * refused.
   */
  eventEmitter?: 'own' | 'host';
  /**
   * Default: `bull` if REDIS_URL is set when the module is declared, else `in-process`. A factory that sets
   * REDIS_URL comes too late for that: say `bull`.
   */
  queue?: 'bull' | 'in-process';
  /** Routes without an access rule of ours: refused by the standalone server, left alone in a host. */
  undeclaredRoutes?: 'refuse' | 'leave';
}

/** Injection token of the resolved options. */
export abstract class ResolvedOptions implements ChatbotWebhooksOptions {
  abstract environment?: Variables;
  abstract events?: readonly EventDefinition[];
  abstract parts?: Parts;
}
