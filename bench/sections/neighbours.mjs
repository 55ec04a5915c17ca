import { setUpChatbots, startProduct } from '../support/product.mjs';
import { ms, times, whole } from '../support/report.mjs';

const RUN_LIMIT_MS = 300_000;
const HUNG_SHARE = 0.05;
const OTHER_CHATBOTS = 20;
const OTHER_PER_SECOND = 50;
const OTHER_SECONDS = 10;

/** What one customer's trouble costs the others. */
export async function neighbours(context) {
  if (!context.stores) return;
  await hungReceivers(context);
  await backlog(context);
}

/** The same load twice: all receivers answer; then one in twenty never does. */
async function hungReceivers(context) {
  const { options, report } = context;
  const perSecond = await halfOfFullLoad(context);
  const runs = {
    without: await runBeside(context, 'fifth', perSecond),
    with: await runBeside(context, 'hung', perSecond),
  };
  report.section(
    'hung-neighbours',
    `Neighbours: ${HUNG_SHARE * 100} % of ${options.chatbots} chatbots hang; what the healthy ones feel`,
    [
      ['', 'Healthy/s at full load', 'To receiver p50', 'p99', 'max', `(at ${whole(perSecond)}/s)`],
      ...Object.entries(runs).map(([name, { healthyPerSecond, latencyMs }]) => [
        `${name} hung ones`,
        whole(healthyPerSecond),
        ms(latencyMs.p50),
        ms(latencyMs.p99),
        ms(latencyMs.max),
        '',
      ]),
    ],
    { perSecond, ...runs },
  );
  report.goal(
    'healthy p99 with 5 % hung vs without',
    runs.with.latencyMs.p99 / runs.without.latencyMs.p99,
    2,
    {
      isAtMost: true,
    },
  );
  report.goal(
    'healthy rate with 5 % hung vs without',
    runs.with.healthyPerSecond / runs.without.healthyPerSecond,
    0.85,
  );
}

/** Half of what this very set-up manages when nobody hangs. */
async function halfOfFullLoad({ options, stores, receiver, ...context }) {
  await stores.reset();
  const product = await startProduct({ options, ...context }, stores);
  const chatbotIds = await setUpChatbots(product.api, options.chatbots, receiver.url);
  const load = { count: options.sizes.neighbourDeliveries, outstanding: options.outstanding, chatbotIds };
  const { tookMs } = await product.call('throughput', load);
  await product.stop();
  return Math.round((load.count / tookMs) * 500);
}

async function runBeside(context, troubled, perSecond) {
  const { options, stores, receiver } = context;
  await stores.reset();
  const product = await startProduct(context, stores);
  const troubledCount = Math.round(options.chatbots * HUNG_SHARE);
  const chatbotIds = await setUpChatbots(product.api, options.chatbots, receiver.url, (index) =>
    index < troubledCount ? `/${troubled}/${index}` : `/healthy/${index}`,
  );
  // Chatbots are served in turn, the troubled ones first in each round.
  const healthyOf = (count) => {
    const lastRound = count % options.chatbots;
    const troubledEvents =
      Math.floor(count / options.chatbots) * troubledCount + Math.min(lastRound, troubledCount);
    return count - troubledEvents;
  };

  await receiver.process.call('reset', { isTimed: true });
  const { count } = await product.call('steady', {
    perSecond,
    seconds: options.sizes.neighbourSeconds,
    chatbotIds,
  });
  await receiver.process.call('waitFor', {
    group: 'healthy',
    count: healthyOf(count),
    timeoutMs: RUN_LIMIT_MS,
  });
  const { healthy } = await receiver.process.call('report');

  await receiver.process.call('reset');
  const total = options.sizes.neighbourDeliveries;
  const startedAtMs = performance.now();
  await product.call('publish', { count: total, outstanding: options.outstanding, chatbotIds });
  await receiver.process.call('waitFor', {
    group: 'healthy',
    count: healthyOf(total),
    timeoutMs: RUN_LIMIT_MS,
  });
  const tookMs = performance.now() - startedAtMs;
  // What hangs would hold the process for another ten seconds; its rows are dropped with the database.
  await product.kill();
  return { latencyMs: healthy.latencyMs, healthyPerSecond: (healthyOf(total) / tookMs) * 1000 };
}

/** One chatbot has a mountain queued when a worker comes up. Then others speak. */
async function backlog(context) {
  const { options, stores, receiver, report } = context;
  await stores.reset();
  const publisher = await startProduct(context, stores, { PROCESS_ROLE: 'api' });
  const [mountain, ...others] = await setUpChatbots(
    publisher.api,
    1 + OTHER_CHATBOTS,
    receiver.url,
    (index) => (index === 0 ? '/backlog/0' : `/healthy/${index}`),
  );
  const queued = options.sizes.backlog;
  const load = { count: queued, outstanding: options.outstanding, chatbotIds: [mountain] };
  const publishing = await publisher.call('publish', load);

  await receiver.process.call('reset', { isTimed: true });
  const worker = await startProduct(context, stores, { PROCESS_ROLE: 'worker' });
  const startedAtMs = performance.now();
  const steady = { perSecond: OTHER_PER_SECOND, seconds: OTHER_SECONDS, chatbotIds: others };
  const { count } = await publisher.call('steady', steady);
  await receiver.process.call('waitFor', { group: 'healthy', count, timeoutMs: RUN_LIMIT_MS });
  const { healthy, backlog: drained } = await receiver.process.call('report');
  const drainedPerSecond = (drained.deliveries / (performance.now() - startedAtMs)) * 1000;
  const rss = {
    publisher: (await publisher.call('usage')).peakRssMb,
    worker: (await worker.call('usage')).peakRssMb,
  };
  await worker.kill();
  await publisher.kill();
  report.section(
    'backlog',
    `Neighbours: one chatbot has ${whole(queued)} queued; ${OTHER_CHATBOTS} others publish ${OTHER_PER_SECOND}/s`,
    [
      [
        'Queued at',
        'Others: to receiver p50',
        'p99',
        'max',
        'Backlog drains at',
        'Peak RSS publisher',
        'worker',
      ],
      [
        `${whole((queued / publishing.tookMs) * 1000)}/s`,
        ms(healthy.latencyMs.p50),
        ms(healthy.latencyMs.p99),
        ms(healthy.latencyMs.max),
        `${whole(drainedPerSecond)}/s`,
        `${whole(rss.publisher)} MB`,
        `${whole(rss.worker)} MB`,
      ],
    ],
    { queued, publishing, othersMs: healthy.latencyMs, drainedPerSecond, peakRssMb: rss },
  );
  report.goal(`another chatbot's first attempt behind ${whole(queued)}`, healthy.latencyMs.max, 2000, {
    isAtMost: true,
    show: ms,
  });
  report.goal(
    `RSS with ${whole(queued)} pending, largest process`,
    Math.max(rss.publisher, rss.worker),
    500,
    {
      isAtMost: true,
      show: (megabytes) => `${whole(megabytes)} MB`,
    },
  );
}
