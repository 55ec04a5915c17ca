import { HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { type Caller, CurrentCaller, RequireScopes } from '../access/index.js';
import { ChatbotsService } from '../chatbot-settings/index.js';
import {
  answeredInTime,
  ApiController,
  ApiProblems,
  BodyAsSent,
  IdParam,
  UNKNOWN_FIELD,
} from '../common/index.js';
import { ChatbotEvents } from '../events/index.js';
import { PublishEventDto, PublishResultDto } from './dto/publish-event.dto.js';
import { eventIdOf } from './event-id-of-request.js';

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
    description: 'The same as `eventId`, in UTF-8; if both are given they must agree.',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  })
  @ApiBody({ type: PublishEventDto })
  @ApiProblems('validation_failed', 'not_found')
  async publish(
    @CurrentCaller() caller: Caller,
    @IdParam('id') id: string,
    @BodyAsSent() body: PublishEventDto,
    @Req() request: Request,
  ): Promise<PublishResultDto> {
    await answeredInTime(this.chatbots.getVisible(caller, id));
    const { eventType, data, occurredAt, eventId: idInBody, ...unknown } = body;
    const { eventId, errors } = eventIdOf(request, idInBody);
    const unknownFields = Object.keys(unknown).map((field) => ({ field, message: UNKNOWN_FIELD }));
    return this.events.publishByType(eventType, { chatbotId: id, data, occurredAt, eventId }, {}, [
      ...errors,
      ...unknownFields,
    ]);
  }
}
