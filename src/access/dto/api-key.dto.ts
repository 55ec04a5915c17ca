import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { IsDisplayName, IsInstant, IsOmittable, type Page, pageOf } from '../../common/index.js';
import type { ApiKey } from '../api-key.entity.js';
import { isScope, type Scope, SCOPES } from '../scopes.js';

export class CreateApiKeyDto {
  /**
   * What the key is for.
   * @example "CRM sync"
   */
  @IsDisplayName(100)
  name: string;

  /** What the key may do. */
  @ApiProperty({ enum: SCOPES, isArray: true, example: ['webhooks:read', 'deliveries:read'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(SCOPES.length)
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes: Scope[];

  /**
   * When it ends; without it, never.
   * @example 2027-01-31T12:00:00Z
   */
  @ApiPropertyOptional({ format: 'date-time' })
  @IsOmittable()
  @IsInstant()
  expiresAt?: string;
}

export class ApiKeyDto {
  /** @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d22 */
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example "CRM sync" */
  name: string;
  /**
   * The end of the key, to tell it from others.
   * @example cbw_…x7Qd
   */
  hint: string;
  @ApiProperty({ enum: SCOPES, isArray: true, example: ['webhooks:read', 'deliveries:read'] })
  scopes: Scope[];
  /** @example 2026-01-31T12:00:00.000Z */
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  /**
   * Null: never.
   * @example 2027-01-31T12:00:00.000Z
   */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt: string | null;
  /**
   * To within a minute; null: not yet.
   * @example 2026-02-01T08:30:00.000Z
   */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt: string | null;

  static from(key: ApiKey): ApiKeyDto {
    return {
      id: key.id,
      name: key.name,
      hint: key.hint,
      scopes: key.scopes.filter(isScope),
      createdAt: key.createdAt.toISOString(),
      expiresAt: key.expiresAt?.toISOString() ?? null,
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    };
  }
}

export class CreatedApiKeyDto extends ApiKeyDto {
  /**
   * The key itself. It cannot be shown again.
   * @example cbw_3fJ0…
   */
  key: string;

  static of(row: ApiKey, key: string): CreatedApiKeyDto {
    return { ...ApiKeyDto.from(row), key };
  }
}

/** For its cursors. */
export const apiKeyList = (organizationId: string): string => `api-keys/${organizationId}`;

export class ApiKeyPageDto implements Page<ApiKeyDto> {
  items: ApiKeyDto[];
  /** The `cursor` of the next page; null on the last. */
  nextCursor: string | null;

  static from(list: string, rows: readonly ApiKey[], limit: number): ApiKeyPageDto {
    return pageOf(list, rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id], ApiKeyDto.from);
  }
}
