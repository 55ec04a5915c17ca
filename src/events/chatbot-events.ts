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
import {
  type ChatbotEvent,
  FIND_EVENT,
  type FindEvent,
  type PublishResult,
  RECORD_EVENT,
  type Recorded,
  type RecordEvent,
} from './chatbot-event.js';
import type { EventDefinition, EventInput } from './define-event.js';
import { EventCatalog, judgeEventData } from './event-catalog.js';
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
   * the bus under its own type, for `@OnEvent` listeners; one that was queued before is no news.
   *
   * @throws ValidationError naming each field that does not fit; nothing is stored. Not for an `eventId` that was
   *   queued before: that resolves with its delivery, whatever else the call says
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

  /**
   * The same for a type known only at run time, such as one that came over HTTP: no argument is taken to be what
   * its type says.
   * @param wrongFields what the caller found wrong by itself: refused as well, and named together with the rest
   */
  async publishByType(
    eventType: string,
    input: PublishInput<unknown>,
    { manager }: PublishOptions = {},
    wrongFields: readonly FieldError[] = [],
  ): Promise<PublishResult> {
    const event = this.judge(eventType, input, wrongFields);
    if (event instanceof ValidationError) {
      const earlier = await this.findEarlier(input, manager ?? null);
      if (earlier) return earlier.result;
      throw event;
    }
    const message: RecordEvent = {
      event,
      isEventIdGiven: input.eventId !== undefined,
      manager: manager ?? null,
    };
    const recorded = await this.ask(RECORD_EVENT, message);
    if (!recorded)
      throw new UnavailableError('Chatbot Webhooks (the application has not started, or is stopping)');
    if (!recorded.isRepeat) {
      this.afterCommit.run(manager ?? null, () => tellListeners(this.bus, eventType, event));
    }
    return recorded.result;
  }

  private async findEarlier(
    { chatbotId, eventId }: PublishInput<unknown>,
    manager: EntityManager | null,
  ): Promise<Recorded | undefined> {
    if (!isUuid(chatbotId) || !isEventId(eventId)) return undefined;
    const message: FindEvent = { chatbotId: chatbotId.toLowerCase(), eventId, manager };
    return this.ask(FIND_EVENT, message);
  }

  private async ask(question: string, message: RecordEvent | FindEvent): Promise<Recorded | undefined> {
    const answers: unknown[] = await this.bus.emitAsync(question, message);
    // Not simply the first: on a host's wildcard emitter, listeners to `**` are asked as well.
    return answers.find(isRecorded);
  }

  private judge(
    eventType: string,
    input: PublishInput<unknown>,
    wrongFields: readonly FieldError[],
  ): ChatbotEvent | ValidationError {
    const { chatbotId, eventId } = input;
    const definition = this.catalog.find(eventType);
    const verdict = judgeEventData(definition, input.data);
    const occurredAt = input.occurredAt === undefined ? this.clock.now() : toDate(input.occurredAt);
    const errors: FieldError[] = [...wrongFields];
    if (!definition) errors.push({ field: 'eventType', message: this.catalog.unknownType(eventType) });
    if (verdict.kind === 'refused') errors.push(...verdict.errors);
    if (!occurredAt) {
      errors.push({
        field: 'occurredAt',
        message: 'must be a date and time with a zone, such as 2026-01-31T09:30:00Z',
      });
    }
    if (eventId !== undefined && !isEventId(eventId)) {
      errors.push({ field: 'eventId', message: EVENT_ID_RULE });
    }
    if (!isUuid(chatbotId)) errors.push({ field: 'chatbotId', message: 'must be a UUID' });
    if (errors.length > 0 || verdict.kind === 'refused' || !occurredAt) return new ValidationError(errors);
    return {
      eventId: eventId ?? newId(),
      eventType,
      chatbotId: chatbotId.toLowerCase(),
      data: verdict.data,
      occurredAt,
    };
  }
}

const isRecorded = (answer: unknown): answer is Recorded =>
  typeof answer === 'object' && answer !== null && 'result' in answer && 'isRepeat' in answer;

export const EVENT_ID_RULE = 'must be text, 1 to 200 characters, without control characters';

/** Stored as PostgreSQL text: no NUL, no half characters. */
export function isEventId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 200) return false;
  return value.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(value);
}

function toDate(value: unknown): Date | null {
  return value instanceof Date
    ? parseInstant(Number.isNaN(value.getTime()) ? null : value.toISOString())
    : parseInstant(value);
}
