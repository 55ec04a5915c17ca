import { Body, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ApiController, ApiProblems, decodeCursor, IdPipe, isIdKey, PageQuery } from '../common/index.js';
import { PlatformOnly } from './access-rule.js';
import { type Caller, CurrentCaller, RemoteAddress } from './caller.js';
import {
  CreateOrganizationDto,
  OrganizationDto,
  OrganizationPageDto,
  UpdateOrganizationDto,
} from './dto/organization.dto.js';
import { OrganizationsService } from './organizations.service.js';

const BODY_PROBLEMS = [
  'validation_failed',
  'malformed_json',
  'payload_too_large',
  'unsupported_media_type',
] as const;

@PlatformOnly()
@ApiController('v1/organizations', 'Organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  /** Adds an organization. */
  @Post()
  @ApiProblems(...BODY_PROBLEMS, 'conflict')
  async create(
    @Body() body: CreateOrganizationDto,
    @CurrentCaller() caller: Caller,
    @RemoteAddress() remoteAddress: string | null,
  ): Promise<OrganizationDto> {
    return OrganizationDto.from(await this.organizations.create(body, { caller, remoteAddress }));
  }

  /** Lists organizations in the order of their ids. */
  @Get()
  @ApiProblems('validation_failed')
  async list(@Query() { limit, cursor }: PageQuery): Promise<OrganizationPageDto> {
    const [afterId = null] = decodeCursor(cursor, [isIdKey]) ?? [];
    return OrganizationPageDto.from(await this.organizations.list(afterId, limit + 1), limit);
  }

  /** Shows one organization. */
  @Get(':id')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiProblems('not_found')
  async get(@Param('id', new IdPipe('Organization')) id: string): Promise<OrganizationDto> {
    return OrganizationDto.from(await this.organizations.get(id));
  }

  /** Renames an organization or moves it to another plan. */
  @Patch(':id')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiProblems(...BODY_PROBLEMS, 'not_found')
  async update(
    @Param('id', new IdPipe('Organization')) id: string,
    @Body() body: UpdateOrganizationDto,
    @CurrentCaller() caller: Caller,
    @RemoteAddress() remoteAddress: string | null,
  ): Promise<OrganizationDto> {
    return OrganizationDto.from(await this.organizations.update(id, body, { caller, remoteAddress }));
  }
}
