import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { startApp, startReceiver, type TestApp } from './support/app.js';
import type { ScriptedReceiver } from './support/receiver.js';

/** "Late by no more than 10 % + 250 ms when idle": measured at the receiver, from its answer to the next request. */
const mayBeLateMs = (delayMs: number) => delayMs * 0.1 + 250;

/** How far from idle the machine is: the most that a short wait and the plainest query have taken too long. */
async function measureSlowness(until: AbortSignal): Promise<number> {
  const database = app.app.get(DataSource);
  let slowestMs = 0;
  while (!until.aborted) {
    const startedAtMs = performance.now();
    await sleep(20);
    await database.query('SELECT 1');
    slowestMs = Math.max(slowestMs, performance.now() - startedAtMs - 20);
  }
  return slowestMs;
}

let app: TestApp;
let receiver: ScriptedReceiver;
beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

it('makes four requests at most: 1 s, 4 s and 16 s after the failure before, never early', async () => {
  receiver.script('/down', { status: 503, delayMs: 100 });
  receiver.script('/wakes-up', { status: 500 }, { reset: true }, { status: 200 });
  const down = await app.newChatbot({ url: receiver.url('/down') });
  const wakesUp = await app.newChatbot({ url: receiver.url('/wakes-up') });
  // The first attempt opens the connection: let its cost not count as lateness.
  await receiver.waitForDelivery(await app.emit(await app.newChatbot({ url: receiver.url() })));

  const isOver = new AbortController();
  const measuring = measureSlowness(isOver.signal);
  const [failedId, deliveredId] = [await app.emit(down), await app.emit(wakesUp)];
  const atDown = await receiver.waitForDelivery(failedId, 25_000, 4);
  const atWakesUp = await receiver.waitForDelivery(deliveredId, 1000, 3);

  isOver.abort();
  // An attempt takes a handful of such steps: claim, sign, send, record.
  const slownessMs = 4 * (await measuring);

  const gapsMs = atDown
    .slice(1)
    .map(({ receivedAtMs }, index) => receivedAtMs - atDown[index]!.receivedAtMs - 100);
  for (const [index, delayMs] of [1000, 4000, 16_000].entries()) {
    expect(gapsMs[index]).toBeGreaterThanOrEqual(delayMs);
    expect(gapsMs[index]).toBeLessThanOrEqual(delayMs + mayBeLateMs(delayMs) + slownessMs);
  }

  const failed = await app.delivery(down, failedId);
  expect(failed).toMatchObject({
    status: 'failed',
    attemptCount: 4,
    responseStatus: 503,
    error: { code: 'http_status' },
    nextAttemptAt: null,
  });
  const delivered = await app.delivery(wakesUp, deliveredId);
  expect(delivered).toMatchObject({ status: 'delivered', attemptCount: 3, responseStatus: 200, error: null });
  expect(
    delivered.attempts.map(({ error }: { error: { code: string } | null }) => error?.code ?? null),
  ).toEqual(['http_status', 'connection_reset', null]);
  expect(atWakesUp).toHaveLength(3);
  expect(receiver.requestsTo('/down')).toHaveLength(4);
  expect(receiver.requestsTo('/wakes-up')).toHaveLength(3);
}, 40_000);
