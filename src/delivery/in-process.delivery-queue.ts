import { Injectable } from '@nestjs/common';
import type { AttemptTicket } from '../deliveries/index.js';
import { type AttemptHandler, DeliveryQueue, type QueuedAttempt } from './delivery-queue.js';
import { HandlerPlaces } from './handler-places.js';

/** setTimeout cuts fractions off and may fire a fraction of a millisecond early; a retry never may. */
const TIMER_SLACK_MS = 1;

/** For one process without Redis. Lost with the process, which the rows make good. */
@Injectable()
export class InProcessDeliveryQueue extends DeliveryQueue {
  private readonly timers = new Set<NodeJS.Timeout>();
  /** Enqueued before anybody consumed. */
  private readonly early: AttemptTicket[] = [];
  private places: HandlerPlaces | null = null;

  async enqueue(attempts: readonly QueuedAttempt[]): Promise<void> {
    for (const { delayMs, ...ticket } of attempts) {
      if (delayMs > 0) this.delay(ticket, Math.ceil(delayMs) + TIMER_SLACK_MS);
      else this.offer(ticket);
    }
  }

  async consume(handler: AttemptHandler, concurrency: number): Promise<void> {
    this.places = new HandlerPlaces(handler, concurrency);
    this.early.splice(0).forEach((ticket) => this.offer(ticket));
  }

  async waitingCount(): Promise<number> {
    return this.early.length + (this.places?.waitingCount ?? 0);
  }

  async stopConsuming(): Promise<void> {
    this.places?.close();
  }

  async close(): Promise<void> {
    this.places?.close();
    this.timers.forEach((timer) => clearTimeout(timer));
    this.timers.clear();
  }

  private delay(ticket: AttemptTicket, delayMs: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.offer(ticket);
    }, delayMs);
    this.timers.add(timer);
  }

  private offer(ticket: AttemptTicket): void {
    if (this.places) void this.places.begin(ticket);
    else this.early.push(ticket);
  }
}
