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
import type { DeliveryQueue, QueuedAttempt } from '../../src/index.js';
import { whereServerAnswers } from '../support/where-server-answers.js';
import { deliveryQueueContract } from './delivery-queue.contract.js';

jest.setTimeout(30_000);

deliveryQueueContract('in-process', { create: async () => new InProcessDeliveryQueue() });

const redisUrl = Object.assign(new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'), {
  pathname: '/8',
}).href;

const anAttempt = (attemptNumber: number): QueuedAttempt => ({
  deliveryId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
  chatbotId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8092',
  attemptNumber,
  delayMs: 0,
});

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

  it('gives back what it has taken and not begun when it stops, for another process to make', async () => {
    const attempts = [1, 2, 3].map(anAttempt);
    const [leaving, staying] = [await readyBull(), await readyBull()];
    let finish = () => {};
    const hung = new Promise<void>((resolve) => (finish = resolve));
    const begun: number[] = [];
    await leaving.consume(async ({ attemptNumber }) => {
      begun.push(attemptNumber);
      await hung;
    }, 1);
    // One job carries all three.
    await leaving.enqueue(attempts);
    while (begun.length < 1) await sleep(10);
    await leaving.stopConsuming();
    await staying.consume(async ({ attemptNumber }) => void begun.push(attemptNumber), 10);
    while (begun.length < 3) await sleep(10);
    expect(begun.sort()).toEqual([1, 2, 3]);
    finish();
    await Promise.all([leaving.close(), staying.close()]);
  });

  it('leaves no job behind', async () => {
    const queue = await readyBull();
    let handled = 0;
    await queue.consume(async () => void handled++, 10);
    await queue.enqueue(Array.from({ length: 60 }, (_, index) => anAttempt(index + 1)));
    while (handled < 60) await sleep(10);
    await sleep(200);
    const keys = await redis.keys(`{chatbot-webhooks}:${DELIVERY_QUEUE_NAME}:*`);
    // A job's key ends with its id; what Bull keeps of the queue itself has names without digits.
    expect(keys.filter((key) => /[0-9]/.test(key))).toEqual([]);
    await queue.close();
  });
});
