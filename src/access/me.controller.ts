import { Get } from '@nestjs/common';
import { ApiController } from '../common/index.js';
import { AnyScope } from './access-rule.js';
import { type Caller, CurrentCaller } from './caller.js';
import { MeDto } from './dto/me.dto.js';
import { OrganizationsService } from './organizations.service.js';

@ApiController('v1/me', 'Access')
export class MeController {
  constructor(private readonly organizations: OrganizationsService) {}

  /** Tells whose API key this is and what it may do. */
  @Get()
  @AnyScope()
  async get(@CurrentCaller() caller: Caller): Promise<MeDto> {
    const organization =
      caller.kind === 'organization' ? await this.organizations.find(caller.organizationId) : null;
    return MeDto.from(caller, organization);
  }
}
