import { getQueueToken } from '@nestjs/bull';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Queue, QueueOptions } from 'bull';
import { Redis, type RedisOptions } from 'ioredis';
import { MemoryRateLimiter, type RateLimiter, RedisRateLimiter } from '../access/index.js';
import { Clock } from '../common/index.js';
import {
  BullDeliveryQueue,
  type CarriedAttempts,
  DELIVERY_QUEUE_NAME,
  type DeliveryQueue,
  InProcessDeliveryQueue,
} from '../delivery/index.js';

/** The braces make it one hash slot, which Bull's scripts need on a Redis Cluster. */
const KEY_PREFIX = '{chatbot-webhooks}';

const COMMAND_TIMEOUT_MS = 1000;
const RECONNECT_AT_MOST_MS = 1000;
/** Bull's own `drainDelay`: a connection that answers nothing for longer is one to a machine that is gone. */
const BLOCKING_COMMAND_MS = 5000;

const common: RedisOptions = {
  retryStrategy: (tries) => Math.min(tries * 50, RECONNECT_AT_MOST_MS),
};

/** For who publishes: an attempt that Redis does not take at once stays in its row. */
const failFast: RedisOptions = {
  ...common,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: 3 * COMMAND_TIMEOUT_MS,
};

/** For who consumes: waits for Redis to come back. Bull asks for these two on blocking clients. */
const patient: RedisOptions = {
  ...common,
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
  socketTimeout: BLOCKING_COMMAND_MS + 5000,
};

/**
 * After a failover the old primary answers READONLY: the new one is behind a new connection. Every command under
 * way says so; one of them is enough.
 */
function reconnectWhenReadOnly(): (error: Error) => boolean {
  let reconnectedAtMs = -Infinity;
  return (error) => {
    const nowMs = performance.now();
    if (!error.message.startsWith('READONLY') || nowMs - reconnectedAtMs < RECONNECT_AT_MOST_MS) return false;
    reconnectedAtMs = nowMs;
    return true;
  };
}

const queueOptions = (redisUrl: string, options: RedisOptions) => ({
  prefix: KEY_PREFIX,
  createClient: (type: 'client' | 'subscriber' | 'bclient') =>
    new Redis(redisUrl, {
      ...options,
      // Commands of one turn of the event loop leave in one write; blocking ones would wait for each other.
      enableAutoPipelining: type === 'client',
      reconnectOnError: reconnectWhenReadOnly(),
    }),
  settings: {
    // Rows decide what is lost: Bull need only let go of a dead worker's jobs soon.
    lockDuration: 20_000,
    stalledInterval: 10_000,
    maxStalledCount: 10,
    drainDelay: BLOCKING_COMMAND_MS / 1000,
    retryProcessDelay: RECONNECT_AT_MOST_MS,
  },
});

export const producerOptions = (redisUrl: string): QueueOptions => queueOptions(redisUrl, failFast);
const consumerOptions = (redisUrl: string) => queueOptions(redisUrl, patient);

/** The defaults of `DeliveryQueue` and `RateLimiter`: on Redis where it is configured, else in this process. */
@Injectable()
export class RedisParts {
  constructor(
    @Optional()
    @Inject(getQueueToken(DELIVERY_QUEUE_NAME))
    private readonly producer: Queue<CarriedAttempts> | undefined,
    private readonly clock: Clock,
  ) {}

  deliveryQueue(redisUrl: string | undefined): DeliveryQueue {
    if (!this.producer || redisUrl === undefined) return new InProcessDeliveryQueue();
    return new BullDeliveryQueue(this.producer, consumerOptions(redisUrl));
  }

  rateLimiter(): RateLimiter {
    return this.producer
      ? new RedisRateLimiter(this.producer.client, `${KEY_PREFIX}:`, this.clock)
      : new MemoryRateLimiter(this.clock);
  }
}
