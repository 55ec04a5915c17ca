import { Get, Query } from '@nestjs/common';
import { ApiController, ApiProblems, decodeCursor, isIdKey } from '../common/index.js';
import { RequireScopes } from './access-rule.js';
import { AuditService } from './audit.service.js';
import { assertVisible, type Caller, CurrentCaller } from './caller.js';
import { AUDIT_LOG_LIST, AuditEntryPageDto, AuditLogQueryDto } from './dto/audit-entry.dto.js';

@ApiController('v1/audit-log', 'Access')
export class AuditLogController {
  constructor(private readonly audit: AuditService) {}

  /** Lists who revealed, regenerated or changed what, newest first. */
  @Get()
  @RequireScopes('audit:read')
  @ApiProblems('validation_failed', 'not_found')
  async list(
    @Query() { limit, cursor, organizationId }: AuditLogQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<AuditEntryPageDto> {
    if (organizationId !== undefined) assertVisible(caller, organizationId, 'Organization');
    const whose = caller.kind === 'organization' ? caller.organizationId : (organizationId ?? null);
    const [beforeId = null] = decodeCursor(AUDIT_LOG_LIST, cursor, [isIdKey]) ?? [];
    return AuditEntryPageDto.from(await this.audit.list(whose, beforeId, limit + 1), limit);
  }
}
