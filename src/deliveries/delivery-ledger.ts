import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Batcher, firstIdAt } from '../common/index.js';
import type { AttemptErrorCode, DeliveryError, DeliveryStatus, EndReason } from './delivery-status.js';
import * as sql from './delivery-ledger.sql.js';

/** The next attempt of a delivery: what travels through the queue. Ids only. */
export interface AttemptTicket {
  readonly deliveryId: string;
  readonly chatbotId: string;
  /** 1-based number of the attempt to make. */
  readonly attemptNumber: number;
}

export interface NewDelivery {
  readonly deliveryId: string;
  readonly organizationId: string;
  readonly chatbotId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly isTest: boolean;
  /** Serialised once, here and never again. */
  readonly requestBody: string;
  readonly createdAt: Date;
  /** When the sweeper may take the row: 0 = it must, nobody else will; else a grace for the queue. */
  readonly wakeAfterMs: number;
}

/** A delivery whose attempt `attemptNumber` is ours until the lease ends. */
export interface ClaimedDelivery extends AttemptTicket {
  readonly organizationId: string;
  readonly eventType: string;
  readonly isTest: boolean;
  readonly requestBody: Buffer;
  readonly scheduleStep: number;
  readonly createdAt: Date;
}

export interface AttemptRecord {
  readonly deliveryId: string;
  readonly attemptNumber: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly url: string;
  readonly responseStatus: number | null;
  readonly responseHeaders: Readonly<Record<string, string | string[]>> | null;
  readonly responseBody: Buffer | null;
  readonly isResponseBodyTruncated: boolean;
  readonly error: DeliveryError<AttemptErrorCode> | null;
  /** What follows from it. */
  readonly status: DeliveryStatus;
  readonly scheduleStep: number;
  /** Until the next attempt; null unless `status` is `pending`. */
  readonly retryAfterMs: number | null;
}

export interface EndedDelivery {
  readonly eventType: string;
  readonly isTest: boolean;
  readonly organizationId: string;
  /** Of the last attempt, if any was answered. */
  readonly responseStatus: number | null;
}

interface Claim extends AttemptTicket {
  readonly url: string;
}

/** One of a kind at a time: two or four at once carried fewer rows each, and every row waited longer. */
const STATEMENT = { maxItems: 500, maxParallel: 1 };

/** How long the queue may keep a due attempt before the sweeper brings it. With the longest of leases by
 *  default, 15 s, that is within the 30 s after which a killed attempt has to be sent again. */
export const QUEUE_GRACE_MS = 10_000;

/**
 * The sole writer of deliveries and attempts. Every method is one statement, and where many rows go the same
 * way at the same moment, one statement carries them all. The conditions in that SQL are what keeps two
 * workers from one attempt and a late loser from a status: change them with docs/adr/0001 at hand.
 */
@Injectable()
export class DeliveryLedger {
  private readonly opening = new Batcher(
    (items: readonly NewDelivery[]) => this.insert(this.dataSource.manager, items),
    STATEMENT,
  );
  private readonly claiming = new Batcher(
    (items: readonly { claim: Claim; leaseMs: number }[]) => this.claimAll(items),
    STATEMENT,
  );
  private readonly recording = new Batcher(
    (items: readonly AttemptRecord[]) => this.recordAll(items),
    STATEMENT,
  );
  private readonly parking = new Batcher((items: readonly AttemptTicket[]) => this.parkAll(items), STATEMENT);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores a new delivery, unless its chatbot already has one for the event id.
   * @returns the id of the delivery that the event has, ours or the earlier one
   */
  async open(delivery: NewDelivery, manager: EntityManager | null): Promise<string> {
    for (;;) {
      const opened = manager ? (await this.insert(manager, [delivery]))[0] : await this.opening.add(delivery);
      if (opened) return delivery.deliveryId;
      const earlier = await this.findByEvent(delivery.chatbotId, delivery.eventId, manager);
      // Null: the earlier one was deleted in between, by retention. The event id is free again.
      if (earlier) return earlier;
    }
  }

  async findByEvent(
    chatbotId: string,
    eventId: string,
    manager: EntityManager | null,
  ): Promise<string | null> {
    const rows = await (manager ?? this.dataSource.manager).query<{ id: string }[]>(sql.FIND_BY_EVENT, [
      chatbotId,
      eventId,
    ]);
    return rows[0]?.id ?? null;
  }

  /** @returns null when the attempt is somebody else's, already made, or no longer wanted */
  claim(ticket: AttemptTicket, url: string, leaseMs: number): Promise<ClaimedDelivery | null> {
    return this.claiming.add({ claim: { ...ticket, url }, leaseMs });
  }

  /** @returns false when the lease was lost: then nothing was written, and nothing may follow from the attempt */
  record(attempt: AttemptRecord): Promise<boolean> {
    return this.recording.add(attempt);
  }

  /** Leaves an attempt to the sweeper, from its due time on. It takes chatbots in turn. */
  async park(ticket: AttemptTicket): Promise<void> {
    await this.parking.add(ticket);
  }

  /**
   * Ends a pending delivery without a request.
   * @returns what ended, or null when it is not pending any more or `exceptTests` spared it
   */
  async end(
    ticket: AttemptTicket,
    error: DeliveryError<EndReason>,
    completedAt: Date,
    { exceptTests }: { exceptTests: boolean },
  ): Promise<EndedDelivery | null> {
    const rows = await this.returning<EndedDelivery>(sql.END, [
      ticket.deliveryId,
      ticket.attemptNumber,
      error.code,
      error.message,
      completedAt,
      exceptTests,
    ]);
    return rows[0] ?? null;
  }

  /** Back to pending with a fresh schedule. @returns null when it is pending already, or not there */
  async reopen(deliveryId: string, chatbotId: string): Promise<AttemptTicket | null> {
    const rows = await this.returning<AttemptTicket>(sql.REOPEN, [deliveryId, chatbotId, QUEUE_GRACE_MS]);
    return rows[0] ?? null;
  }

  /**
   * Takes what is due and nobody's: lost by the queue, parked, or under a lease that ran out (its attempt is
   * then recorded as `interrupted`). Chatbots in turn, starting after `afterChatbotId`, so that one with a
   * backlog cannot hide the others. Safe in any number of processes at once.
   */
  async sweep(options: {
    limit: number;
    afterChatbotId: string;
    exceptChatbotIds: readonly string[];
  }): Promise<AttemptTicket[]> {
    const { limit, afterChatbotId, exceptChatbotIds } = options;
    return this.dataSource.query<AttemptTicket[]>(sql.SWEEP, [
      limit,
      afterChatbotId,
      exceptChatbotIds,
      QUEUE_GRACE_MS,
      'The process that made this attempt stopped before it could record the outcome.',
    ]);
  }

  /** Ends leases at once: the sweeper of any process makes the attempts again. */
  async handBack(tickets: readonly AttemptTicket[]): Promise<void> {
    if (tickets.length > 0) await this.dataSource.query(sql.HAND_BACK, [JSON.stringify(tickets)]);
  }

  /** Ends every lease, for a database that no other process has open: whoever held them is gone. */
  async endLeases(): Promise<void> {
    await this.dataSource.query(sql.END_LEASES);
  }

  /** Completed ones only. @returns how many deliveries were deleted, `limit` at most */
  async deleteCreatedBefore(time: Date, limit: number): Promise<number> {
    const rows = await this.dataSource.query<{ count: string }[]>(sql.DELETE_OLD, [firstIdAt(time), limit]);
    return Number(rows[0]?.count ?? 0);
  }

  private async insert(manager: EntityManager, deliveries: readonly NewDelivery[]): Promise<boolean[]> {
    const rows = await manager.query<{ id: string }[]>(sql.OPEN, [JSON.stringify(deliveries)]);
    if (rows.length === deliveries.length) return deliveries.map(() => true);
    const opened = new Set(rows.map(({ id }) => id));
    return deliveries.map(({ deliveryId }) => opened.has(deliveryId));
  }

  private async claimAll(
    items: readonly { claim: Claim; leaseMs: number }[],
  ): Promise<(ClaimedDelivery | null)[]> {
    const leaseMs = Math.max(...items.map((item) => item.leaseMs));
    const rows = await this.returning<ClaimedDelivery>(sql.CLAIM, [
      JSON.stringify(items.map(({ claim }) => claim)),
      leaseMs,
    ]);
    const claimed = new Map(rows.map((row) => [row.deliveryId, row]));
    return items.map(({ claim }) => takeFrom(claimed, claim.deliveryId));
  }

  private async recordAll(attempts: readonly AttemptRecord[]): Promise<boolean[]> {
    const input = attempts.map(({ responseBody, error, ...attempt }) => ({
      ...attempt,
      responseBody: responseBody?.toString('base64'),
      errorCode: error?.code,
      errorMessage: error?.message,
    }));
    const rows = await this.dataSource.query<{ deliveryId: string }[]>(sql.RECORD, [
      JSON.stringify(input),
      QUEUE_GRACE_MS,
    ]);
    const recorded = new Map(rows.map(({ deliveryId }) => [deliveryId, true]));
    return attempts.map(({ deliveryId }) => takeFrom(recorded, deliveryId) ?? false);
  }

  private async parkAll(tickets: readonly AttemptTicket[]): Promise<null[]> {
    await this.dataSource.query(sql.PARK, [JSON.stringify(tickets)]);
    return tickets.map(() => null);
  }

  /** TypeORM answers an UPDATE with `[rows, count]`. */
  private async returning<Row>(statement: string, parameters: unknown[]): Promise<Row[]> {
    const [rows] = await this.dataSource.query<[Row[], number]>(statement, parameters);
    return rows;
  }
}

/** One row serves one caller: two tickets of the same attempt in one batch must not both get it. */
function takeFrom<Value>(values: Map<string, Value>, key: string): Value | null {
  const value = values.get(key);
  values.delete(key);
  return value ?? null;
}
