import Bull, { type Queue } from 'bull';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../src/common/index.js';
import {
  type CarriedAttempts,
  DELIVERY_QUEUE_NAME,
  InProcessDeliveryQueue,
} from '../../src/delivery/index.js';
import { producerOptions, RedisParts } from '../../src/extensions/redis-parts.js';
import type { DeliveryQueue } from '../../src/index.js';
import { whereServerAnswers } from '../support/where-server-answers.js';
import { deliveryQueueContract } from './delivery-queue.contract.js';

jest.setTimeout(30_000);

deliveryQueueContract('in-process', { create: async () => new InProcessDeliveryQueue() });

const redisUrl = Object.assign(new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'), {
  pathname: '/8',
}).href;

/** As the plug board makes it. */
const bullAt = (url: string): { producer: Queue<CarriedAttempts>; queue: DeliveryQueue } => {
  const producer: Queue<CarriedAttempts> = new Bull(DELIVERY_QUEUE_NAME, producerOptions(url));
  return { producer, queue: new RedisParts(producer, new Clock()).deliveryQueue(url) };
};

/** Connected: a producer that is not refuses, as it does while Redis is down. */
const readyBull = async (): Promise<DeliveryQueue> => {
  const { producer, queue } = bullAt(redisUrl);
  while (producer.client.status !== 'ready') await sleep(5);
  return queue;
};

whereServerAnswers('Redis', redisUrl, () => {
  let redis: Redis;
  const loseEverything = async () => {
    const keys = await redis.keys('{chatbot-webhooks}*');
    if (keys.length > 0) await redis.del(...keys);
  };
  beforeAll(() => {
    redis = new Redis(redisUrl);
  });
  afterAll(async () => {
    await loseEverything();
    await redis.quit();
  });

  deliveryQueueContract('Bull', {
    create: async () => {
      await loseEverything();
      return readyBull();
    },
    loseEverything,
    // Port 1 of this machine: nobody listens there.
    createUnreachable: async () => bullAt('redis://127.0.0.1:1').queue,
  });

  it('leaves no job behind', async () => {
    const queue = await readyBull();
    let handled = 0;
    await queue.consume(async () => void handled++, 10);
    await queue.enqueue(
      Array.from({ length: 20 }, (_, index) => ({
        deliveryId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
        chatbotId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8092',
        attemptNumber: index + 1,
        delayMs: 0,
      })),
    );
    while (handled < 20) await sleep(10);
    await sleep(200);
    const jobs = (await redis.keys('{chatbot-webhooks}*')).filter((key) => key.includes('0190b7a4'));
    expect(jobs).toEqual([]);
    await queue.close();
  });
});
