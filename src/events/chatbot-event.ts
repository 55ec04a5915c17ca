import type { EntityManager } from 'typeorm';
import type { EventData, EventDefinition } from './define-event.js';

/**
 * Something that happened in a chatbot, checked and stamped. Listeners name its definition for typed data:
 * `@OnEvent('lead.captured') onLead({ data }: ChatbotEvent<typeof LeadCaptured>)`.
 */
export interface ChatbotEvent<Definition extends EventDefinition = EventDefinition> {
  /** Unique per chatbot: a second event with the same id is the same event. */
  readonly eventId: string;
  readonly eventType: string;
  readonly chatbotId: string;
  readonly data: Readonly<EventData<Definition>>;
  readonly occurredAt: Date;
}

/** Why an event was or was not turned into a delivery; the first that applies. */
export type EventOutcome = 'plan_required' | 'not_configured' | 'disabled' | 'not_subscribed' | 'queued';

export interface PublishResult {
  readonly eventId: string;
  readonly outcome: EventOutcome;
  /** Null unless `outcome` is `queued`. */
  readonly deliveryId: string | null;
}

/**
 * On the bus: an event that wants to be recorded. Exactly one listener answers with a Recorded, and
 * `publish` waits for it. Host code listens to the event's own type instead, which is emitted afterwards.
 *
 * A string, because an emitter with wildcards, as a host may bring, finds no listeners under a symbol.
 */
export const RECORD_EVENT = 'chatbot-webhooks.record-event';

export interface RecordEvent {
  readonly event: ChatbotEvent;
  /** Whether the caller chose the id: only then can it have been seen before. */
  readonly isEventIdGiven: boolean;
  /** Null: the recorder uses a connection of its own. */
  readonly manager: EntityManager | null;
}

export interface Recorded {
  readonly result: PublishResult;
  /** The event had been queued before: it is no news. */
  readonly isRepeat: boolean;
}

/**
 * On the bus: whether an event of this id was queued before. Answered like RECORD_EVENT, or by nobody; asked only
 * for calls that are about to be refused.
 */
export const FIND_EVENT = 'chatbot-webhooks.find-event';

export interface FindEvent {
  readonly chatbotId: string;
  readonly eventId: string;
  readonly manager: EntityManager | null;
}
