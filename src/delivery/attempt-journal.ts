import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock, isDatabaseUnavailable, loggableError } from '../common/index.js';
import {
  type AttemptErrorCode,
  type AttemptRecord,
  type AttemptTicket,
  type ClaimedDelivery,
  type DeliveryError,
  DeliveryLedger,
} from '../deliveries/index.js';
import type { SendOutcome } from '../egress/index.js';
import { tellListeners } from '../events/index.js';
import {
  WEBHOOK_ATTEMPTED,
  WEBHOOK_DELIVERED,
  WEBHOOK_FAILED,
  type WebhookAttempted,
  type WebhookOutcome,
} from './delivery-outcome.events.js';
import { Dispatcher } from './dispatcher.js';
import type { Refusal } from './refusal.js';
import { type FailedAttempt, MAX_RETRY_AFTER_MS, type RetryDecision, RetryPolicy } from './retry-policy.js';

const DATABASE_RETRY_MS = 250;
/** Half of what a lease has beyond the attempt itself (AttemptRunner). */
const SLOWEST_CLAIM_MS = 2500;
/** Longer than any lease: what cannot be written by then has been taken over. */
const DATABASE_PATIENCE_MS = 60_000;

export interface FinishedAttempt {
  readonly url: string;
  readonly startedAt: Date;
  readonly outcome: SendOutcome;
}

/** Writes down what becomes of attempts, and sets off what follows: the next attempt, or news on the bus. */
@Injectable()
export class AttemptJournal {
  private readonly logger = new Logger('Delivery');
  private readonly held = new Map<string, ClaimedDelivery>();

  constructor(
    private readonly ledger: DeliveryLedger,
    private readonly retryPolicy: RetryPolicy,
    private readonly dispatcher: Dispatcher,
    private readonly bus: EventEmitter2,
    private readonly clock: Clock,
  ) {}

  /** @returns null when the attempt is not ours to make */
  async claim(ticket: AttemptTicket, url: string, leaseMs: number): Promise<ClaimedDelivery | null> {
    let askedAtMs = 0;
    const claimed = await this.patiently(() => {
      askedAtMs = this.clock.monotonicMs();
      return this.ledger.claim(ticket, url, leaseMs);
    });
    if (!claimed) return null;
    this.held.set(claimed.deliveryId, claimed);
    if (this.clock.monotonicMs() - askedAtMs <= SLOWEST_CLAIM_MS) return claimed;
    // The answer took so long that the lease could end before the attempt: leave it to whoever comes then.
    await this.release(claimed);
    return null;
  }

  /** Ends a delivery that must not be sent any more. @returns false when there was nothing to end */
  async end(ticket: AttemptTicket, { code, message, sparesTests }: Refusal): Promise<boolean> {
    const error = { code, message };
    const ended = await this.patiently(() =>
      this.ledger.end(ticket, error, this.clock.now(), { exceptTests: sparesTests }),
    );
    if (!ended) return false;
    const { deliveryId, chatbotId, attemptNumber } = ticket;
    this.tell(WEBHOOK_FAILED, {
      deliveryId,
      chatbotId,
      ...ended,
      attemptCount: attemptNumber - 1,
      error,
    });
    return true;
  }

  async record(claimed: ClaimedDelivery, attempt: FinishedAttempt): Promise<void> {
    const record = this.toRecord(claimed, attempt);
    const isRecorded = await this.patiently(() => this.write(record));
    this.held.delete(claimed.deliveryId);
    if (!isRecorded) {
      this.logger.warn({ event: 'delivery.lease_lost', ...idsOf(claimed), durationMs: record.durationMs });
      return;
    }
    this.follow(claimed, record);
  }

  /** Gives one attempt back unmade. */
  async release(claimed: ClaimedDelivery): Promise<void> {
    this.held.delete(claimed.deliveryId);
    await this.ledger.handBack([idsOf(claimed)]);
  }

  /** Gives back what is still under way, so that another process makes those attempts again at once. */
  async handBack(): Promise<number> {
    const tickets = [...this.held.values()].map(idsOf);
    await this.ledger.handBack(tickets);
    return tickets.length;
  }

  /** Waits out a database that restarts: the attempt is made or recorded as soon as it is back. */
  async patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    const givesUpAtMs = this.clock.monotonicMs() + DATABASE_PATIENCE_MS;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isDatabaseUnavailable(error) || this.clock.monotonicMs() > givesUpAtMs) throw error;
        await sleep(DATABASE_RETRY_MS);
      }
    }
  }

  private async write(record: AttemptRecord): Promise<boolean> {
    try {
      return await this.ledger.record(record);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      // Whatever in the answer PostgreSQL refuses must not undo the delivery: keep the facts, drop the answer.
      this.logger.error({
        event: 'delivery.answer_dropped',
        deliveryId: record.deliveryId,
        err: loggableError(error),
      });
      return this.ledger.record({ ...record, responseHeaders: null, responseBody: null });
    }
  }

  private toRecord(claimed: ClaimedDelivery, { url, startedAt, outcome }: FinishedAttempt): AttemptRecord {
    const error = errorOf(outcome);
    const response = outcome.kind === 'response' ? outcome : outcome.response;
    const failureCount = claimed.scheduleStep + 1;
    const decision = error && this.decide({ failureCount, outcome, now: this.clock.now() });
    return {
      deliveryId: claimed.deliveryId,
      attemptNumber: claimed.attemptNumber,
      startedAt,
      durationMs: Math.round(outcome.durationMs),
      url,
      responseStatus: response?.status ?? null,
      responseHeaders: response?.headers ?? null,
      responseBody: response?.body ?? null,
      isResponseBodyTruncated: response?.isBodyTruncated ?? false,
      error,
      status: decision === null ? 'delivered' : decision.kind === 'retry' ? 'pending' : 'failed',
      scheduleStep: error ? failureCount : claimed.scheduleStep,
      retryAfterMs: decision?.kind === 'retry' ? decision.afterMs : null,
    };
  }

  /** A policy may be a host's: what is broken there ends the delivery, or the row would be sent for ever. */
  private decide(attempt: FailedAttempt): RetryDecision {
    try {
      const decision = this.retryPolicy.decide(attempt);
      if (decision.kind === 'stop') return decision;
      const { afterMs } = decision;
      if (!(afterMs >= 0)) throw new Error(`RetryPolicy: afterMs is ${afterMs}; it must be 0 or more.`);
      return { kind: 'retry', afterMs: Math.min(Math.ceil(afterMs), MAX_RETRY_AFTER_MS) };
    } catch (error) {
      this.logger.error({
        event: 'retry_policy.failed',
        failureCount: attempt.failureCount,
        err: loggableError(error),
      });
      return { kind: 'stop' };
    }
  }

  private follow(claimed: ClaimedDelivery, record: AttemptRecord): void {
    const { deliveryId, chatbotId, attemptNumber, organizationId, eventType, isTest } = claimed;
    const { status, responseStatus, error, durationMs, retryAfterMs } = record;
    if (retryAfterMs !== null) {
      this.dispatcher.send({ deliveryId, chatbotId, attemptNumber: attemptNumber + 1 }, retryAfterMs);
    }
    this.logger.log({
      event: 'delivery.attempted',
      deliveryId,
      chatbotId,
      eventType,
      attemptNumber,
      durationMs,
      responseStatus,
      errorCode: error?.code ?? null,
      status,
    });
    this.bus.emit(WEBHOOK_ATTEMPTED, {
      durationMs,
      result: error?.code ?? 'delivered',
    } satisfies WebhookAttempted);
    if (status === 'pending') return;
    const outcome = {
      deliveryId,
      chatbotId,
      organizationId,
      eventType,
      isTest,
      attemptCount: attemptNumber,
      responseStatus,
      error,
    };
    this.tell(status === 'delivered' ? WEBHOOK_DELIVERED : WEBHOOK_FAILED, outcome);
  }

  private tell(news: typeof WEBHOOK_DELIVERED | typeof WEBHOOK_FAILED, outcome: WebhookOutcome): void {
    tellListeners(this.bus, news, outcome);
  }
}

function errorOf(outcome: SendOutcome): DeliveryError<AttemptErrorCode> | null {
  if (outcome.kind === 'failed') return { code: outcome.code, message: outcome.message };
  if (outcome.status >= 200 && outcome.status <= 299) return null;
  return { code: 'http_status', message: `The receiver answered ${outcome.status} instead of 2xx.` };
}

const idsOf = ({ deliveryId, chatbotId, attemptNumber }: AttemptTicket): AttemptTicket => ({
  deliveryId,
  chatbotId,
  attemptNumber,
});
