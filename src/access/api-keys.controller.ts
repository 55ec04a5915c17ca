import { Body, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import {
  ApiController,
  ApiProblems,
  decodeCursor,
  IdPipe,
  isIdKey,
  isTimeKey,
  PageQuery,
  parseInstant,
} from '../common/index.js';
import { PlatformOnly } from './access-rule.js';
import { ApiKeysService } from './api-keys.service.js';
import { type Caller, CurrentCaller, RemoteAddress } from './caller.js';
import { ApiKeyPageDto, CreateApiKeyDto, CreatedApiKeyDto } from './dto/api-key.dto.js';

@ApiParam({ name: 'id', format: 'uuid', description: 'The organization.' })
@ApiProblems('not_found')
@PlatformOnly()
@ApiController('v1/organizations/:id/api-keys', 'API keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** Makes an API key for the organization. The answer is the only place where `key` is ever shown. */
  @Post()
  @ApiProblems('validation_failed', 'malformed_json', 'payload_too_large', 'unsupported_media_type')
  async create(
    @Param('id', new IdPipe('Organization')) id: string,
    @Body() { name, scopes, expiresAt }: CreateApiKeyDto,
    @CurrentCaller() caller: Caller,
    @RemoteAddress() remoteAddress: string | null,
  ): Promise<CreatedApiKeyDto> {
    const wanted = { name, scopes, expiresAt: parseInstant(expiresAt) };
    const { row, key } = await this.keys.create(id, wanted, { caller, remoteAddress });
    return CreatedApiKeyDto.of(row, key);
  }

  /** Lists the organization's API keys, newest first. Revoked ones are gone. */
  @Get()
  @ApiProblems('validation_failed')
  async list(
    @Param('id', new IdPipe('Organization')) id: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<ApiKeyPageDto> {
    const keys = decodeCursor(cursor, [isTimeKey, isIdKey]);
    const after = keys && { createdAt: keys[0], id: keys[1] };
    return ApiKeyPageDto.from(await this.keys.list(id, after, limit + 1), limit);
  }

  /** Revokes an API key: it is refused within a second, everywhere. */
  @Delete(':keyId')
  @HttpCode(204)
  @ApiParam({ name: 'keyId', format: 'uuid' })
  async revoke(
    @Param('id', new IdPipe('Organization')) id: string,
    @Param('keyId', new IdPipe('API key')) keyId: string,
    @CurrentCaller() caller: Caller,
    @RemoteAddress() remoteAddress: string | null,
  ): Promise<void> {
    await this.keys.revoke(id, keyId, { caller, remoteAddress });
  }
}
