import { Logger } from '@nestjs/common';
import Bull, { type Job, type JobId, type Queue, type QueueOptions } from 'bull';
import { newId } from '../common/index.js';
import type { AttemptTicket } from '../deliveries/index.js';
import { type AttemptHandler, DeliveryQueue, type QueuedAttempt } from './delivery-queue.js';
import { HandlerPlaces } from './handler-places.js';

/** The Bull queue's name, and the name that `@InjectQueue` takes. */
export const DELIVERY_QUEUE_NAME = 'webhook-deliveries';

const CLOSE_TIMEOUT_MS = 2000;
/** Enough to make the job's own cost small, few enough to spread a burst over the workers. */
const ATTEMPTS_PER_JOB = 25;
/** A job is done as soon as its attempts have begun, so a few at a time keep a worker busy. */
const JOBS_AT_A_TIME = 8;
/** Of more, the count is an estimate. */
const COUNTED_JOBS = 1000;

/** What a job carries. */
export interface CarriedAttempts {
  readonly tickets: readonly AttemptTicket[];
}

type CreateClient = NonNullable<QueueOptions['createClient']>;

/**
 * Bull jobs with ids in them and nothing else. Attempts that are due at the same moment share a job, and a job is
 * over when its attempts have begun: jobs are what is dear about a queue (docs/adr/0002). Bull's retries and its
 * recovery of stalled jobs are not relied on: the rows know better (docs/adr/0001).
 */
export class BullDeliveryQueue extends DeliveryQueue {
  private readonly logger = new Logger('DeliveryQueue');
  private consumer: Queue<CarriedAttempts> | null = null;
  private places: HandlerPlaces | null = null;
  /** Taken out of Redis and not begun yet. */
  private takenOver = 0;
  private readonly consumerClients: ReturnType<CreateClient>[] = [];
  private lastErrorAtMs = -Infinity;
  private isClosing = false;

  /**
   * @param producer fails fast while Redis is down: publishing never waits for it
   * @param consumerOptions of a second client that waits instead
   */
  constructor(
    private readonly producer: Queue<CarriedAttempts>,
    private readonly consumerOptions: QueueOptions & { createClient: CreateClient },
  ) {
    super();
    this.report(producer);
  }

  async enqueue(attempts: readonly QueuedAttempt[]): Promise<void> {
    const due = attempts.filter(({ delayMs }) => delayMs <= 0).map(ticketOf);
    const jobs = await this.producer.addBulk([
      ...inPieces(due, ATTEMPTS_PER_JOB).map((tickets) => jobFor(tickets, 0)),
      ...attempts
        .filter(({ delayMs }) => delayMs > 0)
        .map((attempt) => jobFor([ticketOf(attempt)], attempt.delayMs)),
    ]);
    // A transaction of Redis runs to its end, whatever fails in it: Bull leaves such jobs without an id.
    if (jobs.some(({ id }) => !id)) throw new Error('Redis refused some of the jobs.');
  }

  async consume(handler: AttemptHandler, concurrency: number): Promise<void> {
    const { createClient } = this.consumerOptions;
    const consumer = new Bull<CarriedAttempts>(DELIVERY_QUEUE_NAME, {
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
    this.places = new HandlerPlaces(handler, concurrency);
    // Settles only when the queue closes.
    void consumer
      .process(JOBS_AT_A_TIME, (job) => this.takeOver(job))
      .catch((error: unknown) => {
        if (!this.isClosing) this.logger.error({ event: 'queue.consumer_ended', message: String(error) });
      });
  }

  /** Asks by writing: a replica, or a Redis that is full, still answers who only reads. */
  async waitingCount(): Promise<number> {
    const { client } = this.producer;
    const [jobCount, jobIds] = await Promise.all([
      this.producer.getWaitingCount(),
      client.lrange(keyOf(this.producer, 'wait'), 0, COUNTED_JOBS - 1),
      client.set(keyOf(this.producer, 'probe'), 1, 'PX', 1000),
    ]);
    const counted = jobIds.reduce((sum, id) => sum + attemptsIn(id), 0);
    const share = jobIds.length === 0 ? 0 : Math.max(1, jobCount / jobIds.length);
    return Math.round(counted * share) + this.takenOver;
  }

  async stopConsuming(): Promise<void> {
    this.places?.close();
    await within(CLOSE_TIMEOUT_MS, this.consumer?.pause(true, true));
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.places?.close();
    await within(CLOSE_TIMEOUT_MS, Promise.all([this.consumer?.close(true), this.producer.close(true)]));
    // Bull leaves open what it did not create.
    for (const client of [this.producer.client, ...this.consumerClients]) {
      client.disconnect();
      // ioredis forgets its socket time-out, which would hold the process for as long as it is.
      clearTimeout((client as unknown as { socketTimeoutTimer?: NodeJS.Timeout }).socketTimeoutTimer);
    }
  }

  private async takeOver({ id, data: { tickets } }: Job<CarriedAttempts>): Promise<void> {
    if (!tickets) return discard(this.producer, id);
    this.takenOver += tickets.length;
    let begun = 0;
    while (begun < tickets.length && (await this.places?.begin(tickets[begun] as AttemptTicket))) {
      begun++;
      this.takenOver--;
    }
    const left = tickets.slice(begun);
    this.takenOver -= left.length;
    // This worker stops: another one takes them.
    if (left.length > 0) await this.enqueue(left.map((ticket) => ({ ...ticket, delayMs: 0 })));
  }

  /** Bull and ioredis report the same outage many times a second. */
  private report(queue: Queue<CarriedAttempts>): void {
    queue.on('error', (error: Error) => {
      const nowMs = performance.now();
      if (nowMs - this.lastErrorAtMs < 5000) return;
      this.lastErrorAtMs = nowMs;
      this.logger.warn({ event: 'queue.unavailable', message: error.message || String(error) });
    });
  }
}

/** Its id says how many attempts it carries. It is removed when finished, or Redis would fill with finished jobs. */
const jobFor = (tickets: readonly AttemptTicket[], delayMs: number) => ({
  data: { tickets },
  opts: {
    jobId: `${newId()}-${tickets.length}`,
    delay: Math.ceil(delayMs),
    attempts: 1,
    removeOnComplete: true,
    removeOnFail: true,
  },
});

const attemptsIn = (jobId: string): number => Number(jobId.slice(jobId.lastIndexOf('-') + 1)) || 1;

const ticketOf = ({ delayMs: _, ...ticket }: QueuedAttempt): AttemptTicket => ticket;

const inPieces = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/** Bull's own name for it, which its types do not know of. */
const keyOf = (queue: Queue, name: string): string =>
  (queue as unknown as { toKey(name: string): string }).toKey(name);

/** Bull names its connection without waiting for the answer: a Redis that refuses would end the process. */
function forgoWorkerName(queue: Queue): void {
  Object.assign(queue, { setWorkerName: () => Promise.resolve() });
}

/**
 * A job without its data: Redis lost it between the hand-over and Bull's note that it is in work. What is left
 * is that note, which nobody else would remove.
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
