// The library's public API. What is not here may change without notice.
export { ChatbotWebhooksModule, type ChatbotWebhooksAsyncOptions } from './chatbot-webhooks.module.js';
export type { ChatbotWebhooksOptions, Part, Parts, StructureOptions } from './extensions/index.js';
export { setUpApp } from './app.setup.js';
export { openApiDocument } from './openapi/index.js';

// Events
export {
  type ChatbotEvent,
  ChatbotEvents,
  ConversationMessage,
  ConversationReply,
  ConversationStarted,
  defineEvent,
  type EventData,
  type EventDeclaration,
  type EventDefinition,
  type EventInput,
  type EventOutcome,
  type EventShape,
  field,
  LeadCaptured,
  type PublishInput,
  type PublishOptions,
  type PublishResult,
} from './events/index.js';
export { WEBHOOK_DELIVERED, WEBHOOK_FAILED, type WebhookOutcome } from './delivery/index.js';
export type { DeliveryError } from './deliveries/index.js';

// Errors
export {
  DomainError,
  type FieldError,
  NotFoundError,
  type ProblemCode,
  UnavailableError,
  ValidationError,
} from './common/index.js';

// Beside a host's own guards and pipes
export { Clock, exceptWebhooks } from './common/index.js';
export {
  AnyScope,
  type Caller,
  CurrentCaller,
  hasAccessRule,
  PlatformOnly,
  RequireScopes,
  type Scope,
  SCOPES,
} from './access/index.js';

// Ports, and the defaults that a part may build upon
export {
  Authenticator,
  FirstMatchAuthenticator,
  JwtAuthenticator,
  type JwtOptions,
  type RateDecision,
  type RateLimit,
  RateLimiter,
} from './access/index.js';
export {
  ChatbotDirectory,
  type ChatbotRef,
  type ChatbotSearch,
  type Entitlement,
  Entitlements,
  PlanEntitlements,
  type ReencryptionReport,
  SecretReencryption,
} from './chatbot-settings/index.js';
export {
  type AttemptHandler,
  DeliveryQueue,
  type FailedAttempt,
  type QueuedAttempt,
  type RetryDecision,
  RetryPolicy,
  ScheduledRetryPolicy,
} from './delivery/index.js';
export type { AttemptTicket } from './deliveries/index.js';
export {
  PublicHttpsUrlPolicy,
  type ReceivedResponse,
  type SendOutcome,
  UrlPolicy,
  type UrlVerdict,
} from './egress/index.js';
export {
  CompositeWebhookSigner,
  HyperleapWebhookSigner,
  SecretCipher,
  type SecretOwner,
  type SigningInput,
  type SigningSecret,
  StandardWebhooksWebhookSigner,
  WebhookSigner,
} from './signing/index.js';
