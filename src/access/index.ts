export { AccessControl } from './access-control.js';
export { AccessModule } from './access.module.js';
export { AccessOptions } from './access-options.js';
export {
  type AccessRule,
  AnyScope,
  hasAccessRule,
  API_KEY_SECURITY,
  PlatformOnly,
  Public,
  PublicOperation,
  RequireScopes,
} from './access-rule.js';
export { type Actor, CurrentActor, type RequestActor } from './actor.js';
export { ApiKey } from './api-key.entity.js';
export { ApiKeysService, type NewApiKey } from './api-keys.service.js';
export { AuditEntry } from './audit-entry.entity.js';
export { type AuditAction, type AuditRecord, AuditService } from './audit.service.js';
export { Authenticator } from './authenticator.js';
export { assertVisible, type Caller, CurrentCaller, mayAct } from './caller.js';
export { DefaultAuthenticator } from './default-authenticator.js';
export { FirstMatchAuthenticator } from './first-match.authenticator.js';
export { JwtAuthenticator, type JwtOptions } from './jwt.authenticator.js';
export { MemoryRateLimiter } from './memory.rate-limiter.js';
export { Organization } from './organization.entity.js';
export {
  type NewOrganization,
  ORGANIZATION_CHANGED,
  type OrganizationChanged,
  OrganizationsService,
} from './organizations.service.js';
export { countOrRefuse, type PerMinuteLimit } from './per-minute.limit.js';
export { type RateDecision, type RateLimit, RateLimiter } from './rate-limiter.js';
export { RedisRateLimiter } from './redis.rate-limiter.js';
export { isScope, type Scope, SCOPES } from './scopes.js';
