import { Body, createParamDecorator, type ExecutionContext, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { type Caller, CurrentCaller, RequireScopes } from '../access/index.js';
import { ChatbotsService } from '../chatbot-settings/index.js';
import { answeredInTime, ApiController, ApiProblems, IdParam, ValidationError } from '../common/index.js';
import { ChatbotEvents } from '../events/index.js';
import { PublishEventDto, PublishResultDto } from './dto/publish-event.dto.js';

/** Past the DTO, which would not survive every payload (see PublishEventDto). */
const EventDataAsSent = createParamDecorator(
  (_: unknown, context: ExecutionContext): unknown =>
    (context.switchToHttp().getRequest<Request>().body as { data?: unknown } | undefined)?.data,
);

@ApiController('v1/chatbots/:id/events', 'Events')
export class IngestController {
  constructor(
    private readonly chatbots: ChatbotsService,
    private readonly events: ChatbotEvents,
  ) {}

  /** Emits an event. Accepted means recorded: it is delivered, or ends failed after its whole schedule. */
  @Post()
  @HttpCode(202)
  @RequireScopes('events:write')
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same as `eventId`; if both are given they must agree.',
  })
  @ApiProblems('validation_failed', 'not_found')
  async publish(
    @CurrentCaller() caller: Caller,
    @IdParam('id') id: string,
    @Body() body: PublishEventDto,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @EventDataAsSent() data: unknown,
  ): Promise<PublishResultDto> {
    await answeredInTime(this.chatbots.getVisible(caller, id));
    const { eventType, occurredAt } = body;
    const eventId = agreedId(body.eventId, idempotencyKey);
    return this.events.publishByType(eventType, { chatbotId: id, data, occurredAt, eventId });
  }
}

function agreedId(eventId: string | undefined, idempotencyKey: string | undefined): string | undefined {
  if (eventId !== undefined && idempotencyKey !== undefined && eventId !== idempotencyKey) {
    throw new ValidationError([
      { field: 'eventId', message: 'differs from the header Idempotency-Key; send one of them' },
    ]);
  }
  return eventId ?? idempotencyKey;
}
