import { Injectable, Logger } from '@nestjs/common';
import { loggableError } from '../common/index.js';
import type { AttemptTicket } from '../deliveries/index.js';
import { type AttemptHandler, DeliveryQueue, type QueuedAttempt } from './delivery-queue.js';

/** setTimeout may fire a fraction of a millisecond early, and a retry never may. */
const TIMER_SLACK_MS = 1;

/** For one process without Redis. Lost with the process, which the rows make good. */
@Injectable()
export class InProcessDeliveryQueue extends DeliveryQueue {
  private waiting: AttemptTicket[] = [];
  private next = 0;
  private readonly held = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private handler: AttemptHandler | null = null;
  private concurrency = 0;
  private running = 0;

  async enqueue(attempts: readonly QueuedAttempt[]): Promise<void> {
    for (const { delayMs, ...ticket } of attempts) this.hold(ticket, delayMs);
  }

  async consume(handler: AttemptHandler, concurrency: number): Promise<void> {
    this.handler = handler;
    this.concurrency = concurrency;
    this.pump();
  }

  async waitingCount(): Promise<number> {
    return this.waiting.length - this.next;
  }

  async stopConsuming(): Promise<void> {
    this.handler = null;
  }

  async close(): Promise<void> {
    this.handler = null;
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers.clear();
    this.held.clear();
    this.waiting = [];
    this.next = 0;
  }

  private hold(ticket: AttemptTicket, delayMs: number): void {
    const id = `${ticket.deliveryId}-${ticket.attemptNumber}`;
    if (this.held.has(id)) return;
    this.held.add(id);
    if (delayMs <= 0) return this.offer(ticket);
    const due = () => {
      this.timers.delete(id);
      this.offer(ticket);
    };
    this.timers.set(id, setTimeout(due, delayMs + TIMER_SLACK_MS));
  }

  private offer(ticket: AttemptTicket): void {
    this.waiting.push(ticket);
    this.pump();
  }

  private pump(): void {
    while (this.handler && this.running < this.concurrency && this.next < this.waiting.length) {
      const ticket = this.waiting[this.next++] as AttemptTicket;
      this.running++;
      void settled(this.handler, ticket).then(() => {
        this.running--;
        this.held.delete(`${ticket.deliveryId}-${ticket.attemptNumber}`);
        this.pump();
      });
    }
    // Drop the consumed head now and then: shift() would move the whole array each time.
    if (this.next > 1000 && this.next * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.next);
      this.next = 0;
    }
  }
}

/** Handlers never throw, by contract; if one does, it must not take the others with it. */
async function settled(handler: AttemptHandler, ticket: AttemptTicket): Promise<void> {
  try {
    await handler(ticket);
  } catch (error) {
    new Logger('DeliveryQueue').error({
      event: 'queue.handler_failed',
      ...ticket,
      err: loggableError(error),
    });
  }
}
