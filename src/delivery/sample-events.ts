import { Injectable } from '@nestjs/common';
import { Clock, newId } from '../common/index.js';
import { EventCatalog } from '../events/index.js';

/** Events that did not happen: the sample data of a type, as of now. */
@Injectable()
export class SampleEvents {
  constructor(
    private readonly catalog: EventCatalog,
    private readonly clock: Clock,
  ) {}

  /**
   * @param eventType undefined: the first of the catalog
   * @throws DomainError for a type that is unknown
   */
  make(eventType: string = this.catalog.types()[0] as string) {
    const { type, example } = this.catalog.get(eventType);
    return {
      eventId: `test-${newId()}`,
      eventType: type,
      data: example,
      occurredAt: this.clock.now(),
      isTest: true,
    };
  }
}
