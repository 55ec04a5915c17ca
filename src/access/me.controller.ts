import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AnyScope } from './access-rule.js';
import { type Caller, CurrentCaller } from './caller.js';
import { MeDto } from './dto/me.dto.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('Access')
@Controller('v1/me')
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
