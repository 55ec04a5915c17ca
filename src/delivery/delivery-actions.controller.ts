import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { CurrentActor, type RequestActor, RequireScopes } from '../access/index.js';
import { ApiController, ApiProblems, IdParam } from '../common/index.js';
import { DeliveryAcceptedDto, SendTestDto } from './dto/delivery-actions.dto.js';
import { Redelivery } from './redelivery.js';
import { TestDeliveries } from './test-deliveries.js';

@ApiController('v1/chatbots/:id', 'Deliveries')
export class DeliveryActionsController {
  constructor(
    private readonly testDeliveries: TestDeliveries,
    private readonly redelivery: Redelivery,
  ) {}

  /** Sends a test event to the saved URL, on the same path as any other. */
  @Post('webhook/test')
  @HttpCode(202)
  @RequireScopes('webhooks:write')
  @ApiBody({ type: SendTestDto, required: false })
  @ApiProblems('validation_failed', 'not_found', 'plan_required', 'webhook_not_saved')
  async test(
    @CurrentActor() actor: RequestActor,
    @IdParam('id') id: string,
    @Body() body: SendTestDto,
  ): Promise<DeliveryAcceptedDto> {
    return { deliveryId: await this.testDeliveries.send(actor, id, body.eventType ?? null) };
  }

  /** Sends a completed delivery once more, with a fresh schedule. */
  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  @RequireScopes('deliveries:write')
  @ApiProblems(
    'validation_failed',
    'not_found',
    'plan_required',
    'delivery_pending',
    'webhook_not_saved',
    'conflict',
    // It takes no body; one that cannot be read is refused all the same.
    'malformed_json',
    'payload_too_large',
    'unsupported_media_type',
  )
  async redeliver(
    @CurrentActor() actor: RequestActor,
    @IdParam('id') id: string,
    @IdParam('deliveryId') deliveryId: string,
  ): Promise<DeliveryAcceptedDto> {
    await this.redelivery.redeliver(actor, id, deliveryId);
    return { deliveryId };
  }
}
