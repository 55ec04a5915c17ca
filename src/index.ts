// The library's public API. What is not here may change without notice.
export { ChatbotWebhooksModule, type ChatbotWebhooksAsyncOptions } from './chatbot-webhooks.module.js';
export type { ChatbotWebhooksOptions, Part, Parts, StructureOptions } from './extensions/index.js';
export { setUpApp } from './app.setup.js';
export { openApiDocument } from './openapi.js';

export {
  type ChatbotEvent,
  ChatbotEvents,
  ConversationMessage,
  ConversationReply,
  ConversationStarted,
  defineEvent,
  type EventData,
  type EventDefinition,
  type EventInput,
  type EventOutcome,
  field,
  LeadCaptured,
  type PublishInput,
  type PublishOptions,
  type PublishResult,
} from './events/index.js';

export {
  DomainError,
  NotFoundError,
  UnavailableError,
  ValidationError,
  type FieldError,
} from './common/index.js';

export { Authenticator, type Caller, RateLimiter, SCOPES, type Scope } from './access/index.js';
export {
  ChatbotDirectory,
  type ChatbotRef,
  type ChatbotSearch,
  type Entitlement,
  Entitlements,
} from './chatbot-settings/index.js';
export {
  type AttemptHandler,
  DeliveryQueue,
  type FailedAttempt,
  type QueuedAttempt,
  type RetryDecision,
  RetryPolicy,
  ScheduledRetryPolicy,
  WEBHOOK_DELIVERED,
  WEBHOOK_FAILED,
  type WebhookOutcome,
} from './delivery/index.js';
export type { AttemptTicket } from './deliveries/index.js';
export { PublicHttpsUrlPolicy, type SendOutcome, UrlPolicy, type UrlVerdict } from './egress/index.js';
export {
  CompositeWebhookSigner,
  HyperleapWebhookSigner,
  SecretCipher,
  type SecretOwner,
  type SigningInput,
  StandardWebhooksWebhookSigner,
  WebhookSigner,
} from './signing/index.js';
