import { Logger } from '@nestjs/common';
import Bull, { type Queue, type QueueOptions } from 'bull';
import type { AttemptTicket } from '../deliveries/index.js';
import { type AttemptHandler, DeliveryQueue, type QueuedAttempt } from './delivery-queue.js';

/** The Bull queue's name, and the name that `@InjectQueue` takes. */
export const DELIVERY_QUEUE_NAME = 'webhook-deliveries';

const CLOSE_TIMEOUT_MS = 3000;

/**
 * One Bull job per attempt, with ids in it and nothing else. The job's own id makes a second hand-over of the
 * same attempt a no-op; jobs are removed when finished, or their ids would block it for ever. Bull's retries
 * and its recovery of stalled jobs are not relied on: the rows know better (docs/adr/0001).
 */
export class BullDeliveryQueue extends DeliveryQueue {
  private readonly logger = new Logger('DeliveryQueue');
  private consumer: Queue<AttemptTicket> | null = null;
  private lastErrorAtMs = -Infinity;

  /**
   * @param producer fails fast while Redis is down: publishing never waits for it
   * @param consumerOptions of a second client that waits instead
   */
  constructor(
    private readonly producer: Queue<AttemptTicket>,
    private readonly consumerOptions: QueueOptions,
  ) {
    super();
    this.report(producer);
  }

  async enqueue(attempts: readonly QueuedAttempt[]): Promise<void> {
    await this.producer.addBulk(
      attempts.map(({ delayMs, ...ticket }) => ({
        data: ticket,
        opts: {
          jobId: `${ticket.deliveryId}-${ticket.attemptNumber}`,
          delay: Math.ceil(delayMs),
          attempts: 1,
          removeOnComplete: true,
          removeOnFail: true,
        },
      })),
    );
  }

  async consume(handler: AttemptHandler, concurrency: number): Promise<void> {
    this.consumer = new Bull<AttemptTicket>(DELIVERY_QUEUE_NAME, this.consumerOptions);
    this.report(this.consumer);
    // Settles only when the queue closes.
    void this.consumer.process(concurrency, ({ data }) => handler(data)).catch(() => undefined);
  }

  async waitingCount(): Promise<number> {
    return this.producer.getWaitingCount();
  }

  async stopConsuming(): Promise<void> {
    await within(CLOSE_TIMEOUT_MS, this.consumer?.pause(true, true));
  }

  async close(): Promise<void> {
    await within(CLOSE_TIMEOUT_MS, Promise.all([this.consumer?.close(true), this.producer.close(true)]));
  }

  /** Bull and ioredis report the same outage many times a second. */
  private report(queue: Queue<AttemptTicket>): void {
    queue.on('error', (error: Error) => {
      const nowMs = performance.now();
      if (nowMs - this.lastErrorAtMs < 5000) return;
      this.lastErrorAtMs = nowMs;
      this.logger.warn({ event: 'queue.unavailable', message: error.message || String(error) });
    });
  }
}

/** Bull's own pause and close wait for a Redis that may be gone. */
async function within(timeoutMs: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([deadline, Promise.resolve(work).catch(() => undefined)]);
  clearTimeout(timer);
}
