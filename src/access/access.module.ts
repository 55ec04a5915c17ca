import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessControl } from './access-control.js';
import { AccessRuleCheck } from './access-rule.check.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyLastUse } from './api-key-last-use.js';
import { ApiKeyLookup } from './api-key-lookup.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditLogController } from './audit-log.controller.js';
import { AuditService } from './audit.service.js';
import { MeController } from './me.controller.js';
import { Organization } from './organization.entity.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsService } from './organizations.service.js';

/** Needs `Authenticator` and `RateLimiter` from the global module that binds the ports. */
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([Organization, ApiKey, AuditEntry])],
  controllers: [OrganizationsController, ApiKeysController, MeController, AuditLogController],
  providers: [
    AccessControl,
    AccessRuleCheck,
    ApiKeyLastUse,
    ApiKeyLookup,
    ApiKeysService,
    AuditService,
    OrganizationsService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccessControl, ApiKeyLastUse, ApiKeyLookup, ApiKeysService, AuditService, OrganizationsService],
})
export class AccessModule {}
