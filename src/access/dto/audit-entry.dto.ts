import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsId, IsOmittable, type Page, pageOf, PageQuery } from '../../common/index.js';
import type { AuditEntry } from '../audit-entry.entity.js';

export class AuditLogQueryDto extends PageQuery {
  /** Entries of this organization only. */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOmittable()
  @IsId()
  organizationId?: string;
}

export class AuditEntryDto {
  /** @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d33 */
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example 2026-01-31T12:00:00.000Z */
  @ApiProperty({ format: 'date-time' })
  occurredAt: string;
  /** @example secret.revealed */
  action: string;
  /**
   * `platform`, `system`, or `api_key:` and the key's id.
   * @example api_key:0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d22
   */
  actor: string;
  /** Whose matter it was; null for the platform's own. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  organizationId: string | null;
  /** @example webhook */
  subjectType: string;
  /** @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d44 */
  subjectId: string;
  /** @example 203.0.113.7 */
  remoteAddress: string | null;
  /** What changed. Never a secret. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { overlapSeconds: 3600 } })
  detail: Record<string, unknown>;

  static from(entry: AuditEntry): AuditEntryDto {
    return {
      id: entry.id,
      occurredAt: entry.occurredAt.toISOString(),
      action: entry.action,
      actor: entry.actor,
      organizationId: entry.organizationId,
      subjectType: entry.subjectType,
      subjectId: entry.subjectId,
      remoteAddress: entry.remoteAddress,
      detail: entry.detail,
    };
  }
}

/** For its cursors. */
export const AUDIT_LOG_LIST = 'audit-log';

export class AuditEntryPageDto implements Page<AuditEntryDto> {
  items: AuditEntryDto[];
  /** The `cursor` of the next page; null on the last. */
  nextCursor: string | null;

  static from(rows: readonly AuditEntry[], limit: number): AuditEntryPageDto {
    return pageOf(AUDIT_LOG_LIST, rows, limit, ({ id }) => [id], AuditEntryDto.from);
  }
}
