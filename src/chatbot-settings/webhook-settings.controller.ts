import { Body, Delete, Get, Headers, HttpCode, Post, Put, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiNotModifiedResponse, ApiOkResponse } from '@nestjs/swagger';
import { createHash } from 'node:crypto';
import type { Response } from 'express';
import {
  type Caller,
  CurrentActor,
  CurrentCaller,
  type RequestActor,
  RequireScopes,
} from '../access/index.js';
import { ApiController, ApiProblems, BodyAsSent, Clock, fittingBody, IdParam } from '../common/index.js';
import { Environment } from '../config/index.js';
import {
  RegeneratedSecretDto,
  RegenerateSecretDto,
  SecretDto,
  SignatureVerdictDto,
  VerifySignatureDto,
} from './dto/webhook-secret.dto.js';
import { SaveWebhookSettingsDto, WebhookSettingsDto } from './dto/webhook-settings.dto.js';
import { SettingsRules } from './settings-rules.js';
import type { ExpectedVersions } from './settings-store.js';
import { WebhookSecretService } from './webhook-secret.service.js';
import { type SettingsView, WebhookSettingsService } from './webhook-settings.service.js';

const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'The ETag of the settings that were read: changes them only if nobody else has since.',
};

@ApiController('v1/chatbots/:id/webhook', 'Webhook settings')
export class WebhookSettingsController {
  constructor(
    private readonly settings: WebhookSettingsService,
    private readonly secret: WebhookSecretService,
    private readonly rules: SettingsRules,
    private readonly environment: Environment,
    private readonly clock: Clock,
  ) {}

  /** The webhook settings; their version is the ETag. */
  @Get()
  @RequireScopes('webhooks:read')
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'An ETag that was read before.' })
  @ApiOkResponse({ type: WebhookSettingsDto })
  @ApiNotModifiedResponse({ description: 'Nothing has changed since the ETag in If-None-Match.' })
  @ApiProblems('validation_failed', 'not_found')
  async get(
    @CurrentCaller() caller: Caller,
    @IdParam('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebhookSettingsDto> {
    return this.answer(await this.settings.view(caller, id), response);
  }

  /** Saves the settings. They hold for every event from now on; the first save generates the secret. */
  @Put()
  @RequireScopes('webhooks:write')
  @ApiBody({ type: SaveWebhookSettingsDto })
  @ApiHeader(IF_MATCH)
  @ApiProblems('validation_failed', 'not_found', 'plan_required', 'stale')
  async save(
    @CurrentActor() actor: RequestActor,
    @IdParam('id') id: string,
    @BodyAsSent() sent: SaveWebhookSettingsDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebhookSettingsDto> {
    const body = await fittingBody(SaveWebhookSettingsDto, sent, () => this.rules.errorsIn(sent));
    return this.answer(await this.settings.save(actor, id, body, versionsOf(ifMatch)), response);
  }

  /** Shows the secret. Every look is audited. */
  @Get('secret')
  @RequireScopes('secrets:read')
  @ApiProblems('validation_failed', 'not_found', 'secret_not_configured')
  async reveal(
    @CurrentActor() actor: RequestActor,
    @IdParam('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SecretDto> {
    response.setHeader('Cache-Control', 'no-store');
    return { secret: await this.secret.reveal(actor, id) };
  }

  /** Makes a new secret, which signs from the next attempt on. */
  @Post('secret/regenerate')
  @HttpCode(200)
  @RequireScopes('webhooks:write', 'secrets:read')
  @ApiHeader(IF_MATCH)
  @ApiBody({ type: RegenerateSecretDto, required: false })
  @ApiProblems('validation_failed', 'not_found', 'plan_required', 'webhook_not_saved', 'stale')
  async regenerate(
    @CurrentActor() actor: RequestActor,
    @IdParam('id') id: string,
    @Body() { overlapSeconds = 0 }: RegenerateSecretDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RegeneratedSecretDto> {
    response.setHeader('Cache-Control', 'no-store');
    const { secret, view } = await this.secret.regenerate(actor, id, overlapSeconds, versionsOf(ifMatch));
    return { secret, previousExpiresAt: this.answer(view, response).secret.previousExpiresAt };
  }

  /** Removes the secret: requests are no longer signed, until it is regenerated. */
  @Delete('secret')
  @HttpCode(204)
  @RequireScopes('webhooks:write')
  @ApiHeader(IF_MATCH)
  @ApiProblems('validation_failed', 'not_found', 'plan_required', 'stale')
  async remove(
    @CurrentActor() actor: RequestActor,
    @IdParam('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.secret.remove(actor, id, versionsOf(ifMatch));
  }

  /** Checks the signature of a request that a receiver got. The secret stays inside. */
  @Post('verify')
  @HttpCode(200)
  @RequireScopes('webhooks:read')
  @ApiProblems('validation_failed', 'not_found')
  verify(
    @CurrentCaller() caller: Caller,
    @IdParam('id') id: string,
    @Body() body: VerifySignatureDto,
  ): Promise<SignatureVerdictDto> {
    return this.secret.verify(caller, id, body);
  }

  /** With the ETag of the settings as they are now. */
  private answer(view: SettingsView, response: Response): WebhookSettingsDto {
    const dto = WebhookSettingsDto.from(view, this.environment.WEBHOOK_HEADER_PREFIX, this.clock.now());
    response.setHeader('ETag', etagOf(view.settings?.version ?? 0, dto));
    return dto;
  }
}

/**
 * The version, which If-Match asks about, and a digest of the answer: a plan or an overlap that has ended changes
 * what a cache may show, but is no reason to refuse a save.
 */
function etagOf(version: number, dto: WebhookSettingsDto): string {
  const digest = createHash('sha256').update(JSON.stringify(dto)).digest('base64url').slice(0, 12);
  return `"${version}.${digest}"`;
}

/**
 * RFC 9110, section 13.1.1. Absent or `*` → null, any version; what is no ETag of ours matches no version.
 *
 * A weak one counts, against the RFC: a proxy that compresses weakens ETags on the way, and the version says as much
 * as before.
 */
function versionsOf(ifMatch: string | undefined): ExpectedVersions {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const etags = ifMatch.split(',').map((etag) => /^(?:W\/)?"(\d{1,9})(?:\.[\w-]+)?"$/.exec(etag.trim()));
  return etags.flatMap((match) => (match ? [Number(match[1])] : []));
}
