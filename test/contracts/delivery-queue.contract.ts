import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptTicket, DeliveryQueue, QueuedAttempt } from '../../src/index.js';

export interface QueueContract {
  /** A queue that is empty and not yet consuming, for every test; the contract closes it. */
  create(): Promise<DeliveryQueue>;
  /** Makes the server of the queue forget everything, as FLUSHALL would; left out where there is none. */
  loseEverything?(): Promise<void>;
  /** A queue whose server does not answer; left out where there is none. */
  createUnreachable?(): Promise<DeliveryQueue>;
}

const newAttempt = (delayMs = 0, attemptNumber = 1): QueuedAttempt => ({
  deliveryId: randomUUID(),
  chatbotId: randomUUID(),
  attemptNumber,
  delayMs,
});

const ticketOf = ({ deliveryId, chatbotId, attemptNumber }: AttemptTicket): AttemptTicket => ({
  deliveryId,
  chatbotId,
  attemptNumber,
});

/** Settles as the call does, but no later than `ms`: then it throws. */
const within = async <Result>(ms: number, what: string, call: Promise<Result>): Promise<Result> => {
  const late = new AbortController();
  const deadline = sleep(ms, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${what} took longer than ${ms} ms`);
  });
  deadline.catch(() => undefined);
  return Promise.race([call, deadline]).finally(() => late.abort());
};

/**
 * What Delivery relies on, in real time. Run it on your own queue:
 * `deliveryQueueContract('SQS', { create: async () => new SqsDeliveryQueue(…) })`.
 */
export function deliveryQueueContract(
  name: string,
  { create, loseEverything, createUnreachable }: QueueContract,
): void {
  describe(`DeliveryQueue: ${name}`, () => {
    let queue: DeliveryQueue;
    /** Every ticket handed out, in order, and when. */
    let handed: { ticket: AttemptTicket; atMs: number }[];

    beforeEach(async () => {
      handed = [];
      queue = await create();
    });
    afterEach(async () => {
      await within(10_000, 'close()', queue.close());
      hung.splice(0).forEach((finish) => finish());
    });

    /** A handler that hangs, until the test is over and the queue closed. */
    const hang = () => new Promise<void>((finish) => hung.push(finish));
    const hung: (() => void)[] = [];

    const consume = (concurrency = 10, work: (ticket: AttemptTicket) => Promise<void> = async () => {}) =>
      queue.consume(async (ticket) => {
        handed.push({ ticket, atMs: performance.now() });
        await work(ticket);
      }, concurrency);

    const until = async (isReached: () => boolean, what: string, timeoutMs = 5_000): Promise<void> => {
      for (const endsAtMs = performance.now() + timeoutMs; !isReached(); await sleep(5)) {
        if (performance.now() > endsAtMs)
          throw new Error(`Waited ${timeoutMs} ms for ${what}; ${handed.length} were handed out`);
      }
    };
    const handedOut = (count: number) => until(() => handed.length >= count, `${count} attempts`);
    /** Long enough for a mistake to show. */
    const nothingMore = async (count: number) => {
      await sleep(300);
      expect(handed).toHaveLength(count);
    };

    it('hands out what was enqueued: once each, with its ids and nothing else', async () => {
      const attempts = Array.from({ length: 500 }, (_, index) => newAttempt(0, index + 1));
      await consume();
      await queue.enqueue(attempts);
      await handedOut(500);
      await nothingMore(500);
      const byNumber = (a: AttemptTicket, b: AttemptTicket) => a.attemptNumber - b.attemptNumber;
      expect(handed.map(({ ticket }) => ticket).sort(byNumber)).toEqual(attempts.map(ticketOf));
    });

    it('keeps what was enqueued before anybody consumed', async () => {
      const attempt = newAttempt();
      await queue.enqueue([attempt]);
      await consume();
      await handedOut(1);
      expect(handed[0]?.ticket).toEqual(ticketOf(attempt));
    });

    it('hands out nothing early, and delayed attempts in the order of their time', async () => {
      await consume();
      const delaysMs = [400, 90, 0, 250.5, 30];
      const attempts = delaysMs.map((delayMs) => newAttempt(delayMs));
      const enqueuedAtMs = performance.now();
      await queue.enqueue(attempts);
      await handedOut(delaysMs.length);
      for (const { ticket, atMs } of handed) {
        const { delayMs } = attempts.find(({ deliveryId }) => deliveryId === ticket.deliveryId)!;
        expect(atMs - enqueuedAtMs).toBeGreaterThanOrEqual(delayMs);
        expect(atMs - enqueuedAtMs).toBeLessThan(delayMs + 1000);
      }
      expect(
        handed.map(({ ticket }) => delaysMs[attempts.findIndex((a) => a.deliveryId === ticket.deliveryId)]),
      ).toEqual([...delaysMs].sort((a, b) => a - b));
    });

    it('tells attempts of one delivery apart by their number', async () => {
      const first = newAttempt();
      await consume();
      await queue.enqueue([first, { ...first, attemptNumber: 2 }, { ...first, attemptNumber: 12 }]);
      await handedOut(3);
      expect(handed.map(({ ticket }) => ticket.attemptNumber).sort((a, b) => a - b)).toEqual([1, 2, 12]);
    });

    it('takes an attempt again once it is over', async () => {
      const attempt = newAttempt();
      await consume();
      for (let times = 1; times <= 3; times++) {
        await queue.enqueue([attempt]);
        await handedOut(times);
        // The handler has returned; the queue may need a moment to let go.
        await sleep(150);
      }
      await nothingMore(3);
    });

    it('runs as many handlers at a time as it was told, and no more', async () => {
      let [running, most] = [0, 0];
      await consume(4, async () => {
        most = Math.max(most, ++running);
        await sleep(20);
        running--;
      });
      await queue.enqueue(Array.from({ length: 40 }, () => newAttempt()));
      await handedOut(40);
      expect(most).toBe(4);
    });

    it('goes on after a handler that failed, and takes its attempt again', async () => {
      const broken = newAttempt();
      await consume(1, async ({ deliveryId }) => {
        if (deliveryId === broken.deliveryId) throw new Error('Handlers never throw; this one did');
      });
      await queue.enqueue([broken, newAttempt()]);
      await handedOut(2);
      await sleep(150);
      await queue.enqueue([broken]);
      await handedOut(3);
    });

    it('counts what waits, but neither what is delayed nor what is being handled', async () => {
      await queue.enqueue([newAttempt(), newAttempt(), newAttempt(), newAttempt(60_000)]);
      expect(await queue.waitingCount()).toBe(3);
      let finish = () => {};
      const finished = new Promise<void>((resolve) => (finish = resolve));
      await consume(1, () => finished);
      await handedOut(1);
      expect(await queue.waitingCount()).toBe(2);
      finish();
      await handedOut(3);
      await sleep(150);
      expect(await queue.waitingCount()).toBe(0);
    });

    it('hands out nothing more after stopConsuming, which does not wait for handlers that run', async () => {
      await consume(1, hang);
      await queue.enqueue([newAttempt(), newAttempt(), newAttempt(100)]);
      await handedOut(1);
      await within(5_000, 'stopConsuming()', queue.stopConsuming());
      await queue.enqueue([newAttempt()]);
      await nothingMore(1);
    });

    it('closes within seconds, whatever still runs or waits', async () => {
      await consume(1, hang);
      await queue.enqueue([newAttempt(), newAttempt(), newAttempt(60_000)]);
      await handedOut(1);
      await within(5_000, 'close()', queue.close());
      await nothingMore(1);
    });

    (loseEverything ? it : it.skip)('works on after everything in it was lost', async () => {
      await consume();
      const lost = newAttempt(400);
      await queue.enqueue([lost]);
      await loseEverything?.();
      await queue.enqueue([newAttempt()]);
      await handedOut(1);
      // What was lost is no longer held: the sweeper may bring it again.
      await queue.enqueue([{ ...lost, delayMs: 0 }]);
      await until(
        () => handed.some(({ ticket }) => ticket.deliveryId === lost.deliveryId),
        'the attempt that was lost and brought again',
      );
    });
  });

  if (!createUnreachable) return;
  describe(`DeliveryQueue: ${name}, while its server does not answer`, () => {
    let queue: DeliveryQueue;
    beforeEach(async () => {
      queue = await createUnreachable();
    });
    afterEach(() => within(10_000, 'close()', queue.close()));

    it('settles enqueue and waitingCount within about a second', async () => {
      for (let times = 0; times < 3; times++) {
        await expect(within(1_500, 'enqueue()', queue.enqueue([newAttempt()]))).rejects.not.toThrow(
          /took longer/,
        );
        await expect(within(1_500, 'waitingCount()', queue.waitingCount())).rejects.not.toThrow(
          /took longer/,
        );
      }
    });

    it('starts to consume, stops and closes within seconds', async () => {
      await within(
        5_000,
        'consume()',
        queue.consume(async () => {}, 10),
      );
      await within(5_000, 'stopConsuming()', queue.stopConsuming());
      await within(5_000, 'close()', queue.close());
    });
  });
}
