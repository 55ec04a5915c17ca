import type { AttemptTicket } from '../deliveries/index.js';

export interface QueuedAttempt extends AttemptTicket {
  /** Never handed out earlier than this; 0 = as soon as there is room. */
  readonly delayMs: number;
}

export type AttemptHandler = (ticket: AttemptTicket) => Promise<void>;

/**
 * Port: what carries attempts to the workers. It carries and nothing else: time, order of retries and liveness
 * are the rows'. So an implementation may lose attempts (the sweeper brings them again after a grace) and may
 * hand one out twice (claiming it works once). It must not hand one out before its delay is over.
 */
export abstract class DeliveryQueue {
  /**
   * Called with 1-500 attempts, often. Must settle within about a second, also while its server is down; a
   * throw means that some or all are not held, and costs nothing but time.
   */
  abstract enqueue(attempts: readonly QueuedAttempt[]): Promise<void>;

  /** Called once, by workers: from now on up to `concurrency` handlers run at a time. Handlers never throw. */
  abstract consume(handler: AttemptHandler, concurrency: number): Promise<void>;

  /** Attempts that wait for a handler, in all processes, delayed ones not counted. May throw when down. */
  abstract waitingCount(): Promise<number>;

  /** Hands out nothing more. Does not wait for handlers that run. */
  abstract stopConsuming(): Promise<void>;

  /** Lets go of all connections, within a few seconds, whatever still runs. */
  abstract close(): Promise<void>;
}
