import { ApiProperty } from '@nestjs/swagger';
import type { Caller } from '../caller.js';
import type { Organization } from '../organization.entity.js';
import { SCOPES } from '../scopes.js';

export class MyOrganizationDto {
  /** @example 0190b0f6-3d5e-7c1a-9b1e-2f4a6c8e0d11 */
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example "Acme Inc" */
  name: string;
  /** @example pro */
  plan: string;
}

/** Who the API key is. */
export class MeDto {
  @ApiProperty({ enum: ['platform', 'organization'] })
  kind: Caller['kind'];
  /**
   * The name that the key was given.
   * @example "CRM sync"
   */
  name: string;
  /** Null for the platform key. */
  @ApiProperty({ type: MyOrganizationDto, nullable: true })
  organization: MyOrganizationDto | null;
  /** `*` alone for the platform key, which may do everything. */
  @ApiProperty({ enum: ['*', ...SCOPES], isArray: true, example: ['webhooks:read'] })
  scopes: string[];

  static from(caller: Caller, organization: Organization | null): MeDto {
    if (caller.kind === 'platform') {
      return { kind: 'platform', name: 'Platform key', organization: null, scopes: ['*'] };
    }
    return {
      kind: 'organization',
      name: caller.keyName,
      organization: organization && {
        id: organization.id,
        name: organization.name,
        plan: organization.plan,
      },
      scopes: [...caller.scopes],
    };
  }
}
