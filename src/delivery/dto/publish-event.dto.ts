import { Exclude } from 'class-transformer';
import { IsString, Length, MaxLength } from 'class-validator';
import { IsInstant, IsOmittable } from '../../common/index.js';
import type { EventOutcome } from '../../events/index.js';

export class PublishEventDto {
  /**
   * What happened; see `GET /v1/event-types`.
   * @example "lead.captured"
   */
  @IsString()
  @MaxLength(100)
  eventType: string;

  /**
   * As the event type's JSON Schema says; nullable keys may be left out.
   * @example { "name": "Ada Lovelace", "email": "ada@example.com" }
   */
  // The controller takes it as it came: class-transformer stumbles over keys such as `constructor`.
  @Exclude()
  data: Record<string, unknown>;

  /** When it happened, ISO 8601 with an offset; left out, now. */
  @IsOmittable()
  @IsInstant()
  occurredAt?: string;

  /**
   * Makes repeating this call harmless, for as long as deliveries are kept. Unique per chatbot.
   * @example "crm-import-42"
   */
  @IsOmittable()
  @IsString()
  @Length(1, 200)
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
