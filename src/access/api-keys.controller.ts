import { Body, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import {
  ApiController,
  ApiProblems,
  decodeCursor,
  IdParam,
  isIdKey,
  isTimeKey,
  PageQuery,
  parseInstant,
} from '../common/index.js';
import { PlatformOnly } from './access-rule.js';
import { ApiKeysService } from './api-keys.service.js';
import { CurrentActor, type RequestActor } from './actor.js';
import { apiKeyList, ApiKeyPageDto, CreateApiKeyDto, CreatedApiKeyDto } from './dto/api-key.dto.js';

@ApiParam({ name: 'id', format: 'uuid', description: 'The organization.' })
@ApiProblems('validation_failed', 'not_found')
@PlatformOnly()
@ApiController('v1/organizations/:id/api-keys', 'API keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** Makes an API key for the organization. The answer is the only place where `key` is ever shown. */
  @Post()
  async create(
    @IdParam('id') id: string,
    @Body() { name, scopes, expiresAt }: CreateApiKeyDto,
    @CurrentActor() actor: RequestActor,
  ): Promise<CreatedApiKeyDto> {
    const wanted = { name, scopes, expiresAt: parseInstant(expiresAt) };
    const { row, key } = await this.keys.create(id, wanted, actor);
    return CreatedApiKeyDto.of(row, key);
  }

  /** Lists the organization's API keys, newest first. Revoked ones are gone. */
  @Get()
  @ApiProblems('validation_failed')
  async list(@IdParam('id') id: string, @Query() { limit, cursor }: PageQuery): Promise<ApiKeyPageDto> {
    const list = apiKeyList(id);
    const keys = decodeCursor(list, cursor, [isTimeKey, isIdKey]);
    const after = keys && { createdAt: keys[0], id: keys[1] };
    return ApiKeyPageDto.from(list, await this.keys.list(id, after, limit + 1), limit);
  }

  /** Revokes an API key: it is refused within a second, everywhere. */
  @Delete(':keyId')
  @HttpCode(204)
  @ApiParam({ name: 'keyId', format: 'uuid' })
  async revoke(
    @IdParam('id') id: string,
    @IdParam('keyId') keyId: string,
    @CurrentActor() actor: RequestActor,
  ): Promise<void> {
    await this.keys.revoke(id, keyId, actor);
  }
}
