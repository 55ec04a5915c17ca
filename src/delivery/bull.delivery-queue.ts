import { Logger } from '@nestjs/common';
import Bull, { type Job, type JobId, type Queue, type QueueOptions } from 'bull';
import type { AttemptTicket } from '../deliveries/index.js';
import { type AttemptHandler, DeliveryQueue, type QueuedAttempt } from './delivery-queue.js';

/** The Bull queue's name, and the name that `@InjectQueue` takes. */
export const DELIVERY_QUEUE_NAME = 'webhook-deliveries';

const CLOSE_TIMEOUT_MS = 2000;

type CreateClient = NonNullable<QueueOptions['createClient']>;

/**
 * One Bull job per attempt, with ids in it and nothing else. The job's own id makes a second hand-over of the
 * same attempt a no-op; jobs are removed when finished, or their ids would block it for ever. Bull's retries
 * and its recovery of stalled jobs are not relied on: the rows know better (docs/adr/0001).
 */
export class BullDeliveryQueue extends DeliveryQueue {
  private readonly logger = new Logger('DeliveryQueue');
  private consumer: Queue<AttemptTicket> | null = null;
  private readonly consumerClients: ReturnType<CreateClient>[] = [];
  private lastErrorAtMs = -Infinity;
  private isClosing = false;

  /**
   * @param producer fails fast while Redis is down: publishing never waits for it
   * @param consumerOptions of a second client that waits instead
   */
  constructor(
    private readonly producer: Queue<AttemptTicket>,
    private readonly consumerOptions: QueueOptions & { createClient: CreateClient },
  ) {
    super();
    this.report(producer);
  }

  async enqueue(attempts: readonly QueuedAttempt[]): Promise<void> {
    const jobs = await this.producer.addBulk(
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
    // A transaction of Redis runs to its end, whatever fails in it: Bull leaves such jobs without an id.
    if (jobs.some(({ id }) => !id)) throw new Error('Redis refused some of the jobs.');
  }

  async consume(handler: AttemptHandler, concurrency: number): Promise<void> {
    const { createClient } = this.consumerOptions;
    const consumer = new Bull<AttemptTicket>(DELIVERY_QUEUE_NAME, {
      ...this.consumerOptions,
      createClient: (...parameters) => {
        const client = createClient(...parameters);
        this.consumerClients.push(client);
        return client;
      },
    });
    this.consumer = consumer;
    this.report(consumer);
    forgoWorkerName(consumer);
    const work = ({ id, data }: Job<AttemptTicket>) =>
      data.deliveryId ? handler(data) : discard(consumer, id);
    // Settles only when the queue closes.
    void consumer.process(concurrency, work).catch((error: unknown) => {
      if (!this.isClosing) this.logger.error({ event: 'queue.consumer_ended', message: String(error) });
    });
  }

  /** Asks by writing: a replica, or a Redis that is full, still answers who only reads. */
  async waitingCount(): Promise<number> {
    const [count] = await Promise.all([
      this.producer.getWaitingCount(),
      this.producer.client.set(keyOf(this.producer, 'probe'), 1, 'PX', 1000),
    ]);
    return count;
  }

  async stopConsuming(): Promise<void> {
    await within(CLOSE_TIMEOUT_MS, this.consumer?.pause(true, true));
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await within(CLOSE_TIMEOUT_MS, Promise.all([this.consumer?.close(true), this.producer.close(true)]));
    // Bull leaves open what it did not create.
    for (const client of [this.producer.client, ...this.consumerClients]) {
      client.disconnect();
      // ioredis forgets its socket time-out, which would hold the process for as long as it is.
      clearTimeout((client as unknown as { socketTimeoutTimer?: NodeJS.Timeout }).socketTimeoutTimer);
    }
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

/** Bull's own name for it, which its types do not know of. */
const keyOf = (queue: Queue, name: string): string =>
  (queue as unknown as { toKey(name: string): string }).toKey(name);

/** Bull names its connection without waiting for the answer: a Redis that refuses would end the process. */
function forgoWorkerName(queue: Queue): void {
  Object.assign(queue, { setWorkerName: () => Promise.resolve() });
}

/**
 * A job without its data: Redis lost it between the hand-over and Bull's note that it is in work. What is left
 * is that note, under the job's id, which would refuse the same attempt for ever.
 */
async function discard(queue: Queue, id: JobId): Promise<void> {
  await queue.client.del(keyOf(queue, String(id)));
}

/** Bull's own pause and close wait for a Redis that may be gone. */
async function within(timeoutMs: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([deadline, Promise.resolve(work).catch(() => undefined)]);
  clearTimeout(timer);
}
