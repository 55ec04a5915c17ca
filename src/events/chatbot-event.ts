import type { EntityManager } from 'typeorm';

/** Something that happened in a chatbot, checked and stamped. */
export interface ChatbotEvent {
  /** Unique per chatbot: a second event with the same id is the same event. */
  readonly eventId: string;
  /** Whether the caller chose the id: only then can it have been seen before. */
  readonly isEventIdGiven: boolean;
  readonly eventType: string;
  readonly chatbotId: string;
  readonly data: Readonly<Record<string, unknown>>;
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
 * On the bus: an event that wants to be recorded. Exactly one listener answers with a PublishResult, and
 * `publish` waits for it. Host code listens to the event's own type instead, which is emitted afterwards.
 */
export const RECORD_EVENT = Symbol('chatbot-webhooks.record-event');

export interface RecordEvent {
  readonly event: ChatbotEvent;
  /** Null: the recorder uses a connection of its own. */
  readonly manager: EntityManager | null;
}
