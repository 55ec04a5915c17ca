import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDisplayName, IsId, IsOmittable, type Page, pageOf } from '../../common/index.js';
import type { Organization } from '../organization.entity.js';

export class CreateOrganizationDto {
  /**
   * Bring your own, or leave it out to have one made.
   * @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d11
   */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOmittable()
  @IsId()
  id?: string;

  /**
   * Shown to people.
   * @example "Acme Inc"
   */
  @IsDisplayName(200)
  name: string;

  /**
   * The plan, which decides whether webhooks are included.
   * @example pro
   */
  @IsDisplayName(100)
  plan: string;
}

/** What is left out stays as it is. */
export class UpdateOrganizationDto {
  /** @example Acme Inc */
  @ApiPropertyOptional()
  @IsOmittable()
  @IsDisplayName(200)
  name?: string;

  /** @example enterprise */
  @ApiPropertyOptional()
  @IsOmittable()
  @IsDisplayName(100)
  plan?: string;
}

export class OrganizationDto {
  /** @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d11 */
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example "Acme Inc" */
  name: string;
  /** @example pro */
  plan: string;
  /** @example 2026-01-31T12:00:00.000Z */
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  /** @example 2026-01-31T12:00:00.000Z */
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;

  static from({ id, name, plan, createdAt, updatedAt }: Organization): OrganizationDto {
    return { id, name, plan, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  }
}

/** For its cursors. */
export const ORGANIZATION_LIST = 'organizations';

export class OrganizationPageDto implements Page<OrganizationDto> {
  items: OrganizationDto[];
  /** The `cursor` of the next page; null on the last. */
  nextCursor: string | null;

  static from(rows: readonly Organization[], limit: number): OrganizationPageDto {
    return pageOf(ORGANIZATION_LIST, rows, limit, ({ id }) => [id], OrganizationDto.from);
  }
}
