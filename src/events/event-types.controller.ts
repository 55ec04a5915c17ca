import { Get } from '@nestjs/common';
import { ApiController } from '../common/index.js';
import { AnyScope } from '../access/index.js';
import { EventTypeDto, EventTypeListDto } from './dto/event-type.dto.js';
import { EventCatalog } from './event-catalog.js';

@ApiController('v1/event-types', 'Events')
export class EventTypesController {
  constructor(private readonly catalog: EventCatalog) {}

  /** The event types that chatbots emit and webhooks can select. */
  @Get()
  @AnyScope()
  list(): EventTypeListDto {
    return {
      items: this.catalog.list().map((definition) => EventTypeDto.from(definition)),
      nextCursor: null,
    };
  }
}
