import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AnyScope } from '../access/index.js';
import { EventTypeDto, EventTypeListDto } from './dto/event-type.dto.js';
import { EventCatalog } from './event-catalog.js';

@ApiTags('Events')
@Controller('v1/event-types')
export class EventTypesController {
  constructor(private readonly catalog: EventCatalog) {}

  /** The event types that chatbots emit and webhooks can select. */
  @Get()
  @AnyScope()
  list(): EventTypeListDto {
    return { items: this.catalog.list().map((definition) => EventTypeDto.from(definition)), nextCursor: null };
  }
}
