import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { EntityManager } from 'typeorm';
import {
  Clock,
  type FieldError,
  isUuid,
  newId,
  parseInstant,
  UnavailableError,
  ValidationError,
} from '../common/index.js';
import { AfterCommit } from '../database/index.js';
import { type ChatbotEvent, type PublishResult, RECORD_EVENT, type RecordEvent } from './chatbot-event.js';
import type { EventDefinition, EventInput } from './define-event.js';
import { EventCatalog, parseEventData } from './event-catalog.js';
import { tellListeners } from './tell-listeners.js';

export interface PublishInput<Data> {
  chatbotId: string;
  data: Data;
  /** 1-200 characters, unique per chatbot: makes emitting idempotent. Default: a fresh UUID. */
  eventId?: string;
  /** A date, or ISO 8601 with a zone. Default: now. */
  occurredAt?: Date | string;
}

export interface PublishOptions {
  /** Of your own transaction: the event commits or rolls back with it. */
  manager?: EntityManager;
}

/** How chatbot code says what happened. */
@Injectable()
export class ChatbotEvents {
  constructor(
    private readonly catalog: EventCatalog,
    private readonly bus: EventEmitter2,
    private readonly afterCommit: AfterCommit,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when the event is durably recorded: from then on it is delivered, or ends `failed` after its
   * whole schedule. With `manager`, that is when your transaction commits. Afterwards the event is emitted on
   * the bus under its own type, for `@OnEvent` listeners.
   *
   * @throws ValidationError naming each field that does not fit; nothing is stored
   * @throws NotFoundError when there is no such chatbot
   * @throws UnavailableError when the database cannot be reached, within some seconds: nothing is accepted. It
   *   may have been stored if the connection broke in between; an `eventId` makes publishing again safe.
   */
  publish<Definition extends EventDefinition>(
    definition: Definition,
    input: PublishInput<EventInput<Definition>>,
    options: PublishOptions = {},
  ): Promise<PublishResult> {
    return this.publishByType(definition.type, input, options);
  }

  /** The same for a type known only at run time, such as one that came over HTTP. */
  async publishByType(
    eventType: string,
    input: PublishInput<unknown>,
    { manager }: PublishOptions = {},
  ): Promise<PublishResult> {
    const event = this.toEvent(eventType, input);
    const message: RecordEvent = {
      event,
      isEventIdGiven: input.eventId !== undefined,
      manager: manager ?? null,
    };
    const answers: unknown[] = await this.bus.emitAsync(RECORD_EVENT, message);
    // Not simply the first: on a host's wildcard emitter, listeners to `**` are asked as well.
    const result = answers.find(isPublishResult);
    if (!result)
      throw new UnavailableError('Chatbot Webhooks (the application has not started, or is stopping)');
    this.afterCommit.run(manager ?? null, () => tellListeners(this.bus, eventType, event));
    return result;
  }

  private toEvent(eventType: string, input: PublishInput<unknown>): ChatbotEvent {
    const definition = this.catalog.get(eventType);
    const errors: FieldError[] = [];
    if (!isUuid(input.chatbotId)) errors.push({ field: 'chatbotId', message: 'must be a UUID' });
    if (input.eventId !== undefined && !isEventId(input.eventId)) {
      errors.push({ field: 'eventId', message: 'must be 1 to 200 characters without control characters' });
    }
    const occurredAt = input.occurredAt === undefined ? this.clock.now() : toDate(input.occurredAt);
    if (!occurredAt) {
      errors.push({
        field: 'occurredAt',
        message: 'must be a date and time with a zone, such as 2026-01-31T09:30:00Z',
      });
    }
    if (errors.length > 0 || !occurredAt) throw new ValidationError(errors);
    return {
      eventId: input.eventId ?? newId(),
      eventType,
      chatbotId: input.chatbotId.toLowerCase(),
      data: parseEventData(definition, input.data),
      occurredAt,
    };
  }
}

const isPublishResult = (answer: unknown): answer is PublishResult =>
  typeof answer === 'object' && answer !== null && 'outcome' in answer && 'deliveryId' in answer;

/** Stored as PostgreSQL text: no NUL, no half characters. */
function isEventId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 200) return false;
  return value.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(value);
}

function toDate(value: unknown): Date | null {
  return value instanceof Date
    ? parseInstant(Number.isNaN(value.getTime()) ? null : value.toISOString())
    : parseInstant(value);
}
