import { ApiPropertyOptional } from '@nestjs/swagger';
import type { EventOutcome } from '../../events/index.js';

/**
 * Without validators: `ChatbotEvents` judges it all, so that every wrong field is named at once, and none stands in
 * the way of an `eventId` that was queued before.
 */
export class PublishEventDto {
  /**
   * What happened; see `GET /v1/event-types`.
   * @example "lead.captured"
   */
  eventType: string;

  /**
   * As the event type's JSON Schema says; nullable keys may be left out.
   * @example { "name": "Ada Lovelace", "email": "ada@example.com" }
   */
  data: Record<string, unknown>;

  /** When it happened, ISO 8601 with an offset; left out, now. */
  @ApiPropertyOptional({ format: 'date-time' })
  occurredAt?: string;

  /**
   * Makes repeating this call harmless, for as long as deliveries are kept. Unique per chatbot.
   * @example "crm-import-42"
   */
  @ApiPropertyOptional({ minLength: 1, maxLength: 200 })
  eventId?: string;
}

export class PublishResultDto {
  /** Yours, or the one that was made. */
  eventId: string;

  /** The first reason why nothing is sent, or `queued`. */
  outcome: EventOutcome;

  /** Null unless `outcome` is `queued`. */
  deliveryId: string | null;
}
