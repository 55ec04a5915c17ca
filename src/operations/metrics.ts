import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  DeliveryQueue,
  WEBHOOK_ATTEMPTED,
  WEBHOOK_DELIVERED,
  WEBHOOK_FAILED,
  type WebhookAttempted,
} from '../delivery/index.js';

/** Prometheus metrics of this process. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly attemptSeconds = new Histogram({
    name: 'webhook_attempt_duration_seconds',
    help: 'How long attempts took, by result (delivered, or the error code).',
    labelNames: ['result'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  private readonly completed = new Counter({
    name: 'webhook_deliveries_completed_total',
    help: 'Deliveries that ended, by status.',
    labelNames: ['status'],
    registers: [this.registry],
  });

  constructor(queue: DeliveryQueue) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'webhook_queue_waiting',
      help: 'Attempts that wait in the queue; -1 while it cannot be reached.',
      registers: [this.registry],
      async collect() {
        this.set(await queue.waitingCount().catch(() => -1));
      },
    });
  }

  @OnEvent(WEBHOOK_ATTEMPTED)
  attempted({ result, durationMs }: WebhookAttempted): void {
    this.attemptSeconds.observe({ result }, durationMs / 1000);
  }

  @OnEvent(WEBHOOK_DELIVERED)
  delivered(): void {
    this.completed.inc({ status: 'delivered' });
  }

  @OnEvent(WEBHOOK_FAILED)
  failed(): void {
    this.completed.inc({ status: 'failed' });
  }
}
