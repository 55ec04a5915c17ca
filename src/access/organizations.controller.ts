import { Body, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ApiController, ApiProblems, decodeCursor, IdParam, isIdKey, PageQuery } from '../common/index.js';
import { PlatformOnly } from './access-rule.js';
import { CurrentActor, type RequestActor } from './actor.js';
import {
  CreateOrganizationDto,
  ORGANIZATION_LIST,
  OrganizationDto,
  OrganizationPageDto,
  UpdateOrganizationDto,
} from './dto/organization.dto.js';
import { OrganizationsService } from './organizations.service.js';

@PlatformOnly()
@ApiController('v1/organizations', 'Organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  /** Adds an organization. */
  @Post()
  @ApiProblems('conflict')
  async create(
    @Body() body: CreateOrganizationDto,
    @CurrentActor() actor: RequestActor,
  ): Promise<OrganizationDto> {
    return OrganizationDto.from(await this.organizations.create(body, actor));
  }

  /** Lists organizations in the order of their ids. */
  @Get()
  @ApiProblems('validation_failed')
  async list(@Query() { limit, cursor }: PageQuery): Promise<OrganizationPageDto> {
    const [afterId = null] = decodeCursor(ORGANIZATION_LIST, cursor, [isIdKey]) ?? [];
    return OrganizationPageDto.from(await this.organizations.list(afterId, limit + 1), limit);
  }

  /** Shows one organization. */
  @Get(':id')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiProblems('validation_failed', 'not_found')
  async get(@IdParam('id') id: string): Promise<OrganizationDto> {
    return OrganizationDto.from(await this.organizations.get(id));
  }

  /** Renames an organization or moves it to another plan. */
  @Patch(':id')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiProblems('validation_failed', 'not_found')
  async update(
    @IdParam('id') id: string,
    @Body() body: UpdateOrganizationDto,
    @CurrentActor() actor: RequestActor,
  ): Promise<OrganizationDto> {
    return OrganizationDto.from(await this.organizations.update(id, body, actor));
  }
}
