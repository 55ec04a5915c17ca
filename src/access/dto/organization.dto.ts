import { IsUUID } from 'class-validator';
import { IsDisplayName, IsOmittable, type Page, pageOf } from '../../common/index.js';
import type { Organization } from '../organization.entity.js';

export class CreateOrganizationDto {
  /**
   * Bring your own, or leave it out to have one made.
   * @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d11
   */
  @IsOmittable()
  @IsUUID('all')
  id?: string;

  /**
   * Shown to people.
   * @example Acme Inc
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
  @IsOmittable()
  @IsDisplayName(200)
  name?: string;

  /** @example enterprise */
  @IsOmittable()
  @IsDisplayName(100)
  plan?: string;
}

export class OrganizationDto {
  /** @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d11 */
  id: string;
  /** @example Acme Inc */
  name: string;
  /** @example pro */
  plan: string;
  /** @example 2026-01-31T12:00:00.000Z */
  createdAt: string;
  /** @example 2026-01-31T12:00:00.000Z */
  updatedAt: string;

  static from({ id, name, plan, createdAt, updatedAt }: Organization): OrganizationDto {
    return { id, name, plan, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  }
}

export class OrganizationPageDto implements Page<OrganizationDto> {
  items: OrganizationDto[];
  /** The `cursor` of the next page; null on the last. */
  nextCursor: string | null;

  static from(rows: readonly Organization[], limit: number): OrganizationPageDto {
    return pageOf(rows, limit, ({ id }) => [id], OrganizationDto.from);
  }
}
