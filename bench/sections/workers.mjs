import { metered } from '../support/metering.mjs';
import { setUpChatbots, startProduct } from '../support/product.mjs';
import { times, whole } from '../support/report.mjs';
import { waitUntil } from '../support/statistics.mjs';

const RUN_LIMIT_MS = 300_000;

/** One process publishes, 1, 2, 4 … deliver. */
export async function workers(context) {
  const { options, stores, report } = context;
  if (!stores) return;
  const runs = [];
  for (const workerCount of options.sizes.workers)
    runs.push({ workerCount, ...(await measure(context, workerCount)) });
  report.section(
    'workers',
    `Several workers, on ${report.head.machine.cores} cores shared with PostgreSQL, Redis and the receiver`,
    [
      ['Workers', 'Deliveries/s', 'vs one', 'CPU s per 10,000: workers together'],
      ...runs.map(({ workerCount, perSecond, cpuSecondsPer10k }) => [
        String(workerCount),
        whole(perSecond),
        times(perSecond / runs[0].perSecond),
        Object.entries(cpuSecondsPer10k)
          .filter(([name]) => name.startsWith('worker'))
          .reduce((sum, [, seconds]) => sum + seconds, 0)
          .toFixed(2),
      ]),
    ],
    runs,
  );
}

async function measure(context, workerCount) {
  const { options, stores, receiver } = context;
  await stores.reset();
  const publisher = await startProduct(context, stores, { PROCESS_ROLE: 'api' });
  const chatbotIds = await setUpChatbots(publisher.api, options.chatbots, receiver.url);
  const started = [];
  for (let index = 0; index < workerCount; index++) {
    started.push(await startProduct(context, stores, { PROCESS_ROLE: 'worker' }));
  }
  const finishedNow = async () => {
    const counts = await Promise.all(started.map((worker) => worker.call('finished')));
    return counts.reduce((sum, { delivered }) => sum + delivered, 0);
  };
  const deliver = async (count) => {
    const before = await finishedNow();
    const startedAtMs = performance.now();
    await publisher.call('publish', { count, outstanding: options.outstanding, chatbotIds });
    const isOver = async () => (await finishedNow()) - before >= count;
    await waitUntil(isOver, { timeoutMs: RUN_LIMIT_MS, what: `${count} deliveries` });
    return { tookMs: performance.now() - startedAtMs };
  };
  const count = options.sizes.workerDeliveries;
  await deliver(Math.ceil(count / 8));
  await receiver.process.call('reset');
  const workerProcesses = Object.fromEntries(started.map((worker, index) => [`worker${index + 1}`, worker]));
  const run = await metered({ processes: { publisher, ...workerProcesses }, stores }, count, () =>
    deliver(count),
  );
  for (const process of [...started, publisher]) await process.stop();
  return run;
}
