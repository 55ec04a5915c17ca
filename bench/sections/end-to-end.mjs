import { randomUUID } from 'node:crypto';
import { metered } from '../support/metering.mjs';
import { setUpChatbots, startProduct } from '../support/product.mjs';
import { ms, times, whole } from '../support/report.mjs';
import { EVENT_TYPE, SAMPLE_MESSAGE } from '../support/sample.mjs';
import { percentiles, runMany } from '../support/statistics.mjs';

const RUN_LIMIT_MS = 300_000;

/** Publish in process, deliver, record: on the servers and on the embedded default. */
export async function endToEnd(context) {
  const { options, stores, report } = context;
  const runs = {};
  if (stores) {
    await stores.reset();
    runs.servers = await measure(context, stores, options.sizes.endToEnd);
    runs.servers.audit = await auditOf(stores, runs.servers.published);
  }
  runs.embedded = await measure(context, null, options.sizes.embedded);
  const plain = report.figures('plain');
  const bare = report.figures('bare');
  const rows = [
    ['', 'Deliveries/s', 'Publish p50', 'p99', 'To receiver p50', 'p99', 'CPU s per 10,000', 'Peak RSS'],
    ...(bare ? [row('(a) bare loop', bare.best, null, 'sender')] : []),
    ...(plain ? [row('(c) plain pipeline', plain.full, plain.halfLoad, 'pipeline')] : []),
    ...(runs.servers ? [row('PostgreSQL + Redis', runs.servers.full, runs.servers.halfLoad, 'product')] : []),
    row('embedded default', runs.embedded.full, runs.embedded.halfLoad, 'product'),
  ];
  report.section(
    'end-to-end',
    'End to end: published, signed, received, recorded (latencies at half load)',
    rows,
    runs,
  );

  const perSecond = runs.servers?.full.perSecond;
  if (perSecond && plain)
    report.goal('PostgreSQL + Redis vs the plain pipeline', perSecond / plain.full.perSecond, 5);
  if (perSecond && bare)
    report.goal('PostgreSQL + Redis vs the bare loop', perSecond / bare.best.perSecond, 0.3);
  if (perSecond) report.goal('embedded vs PostgreSQL + Redis', runs.embedded.full.perSecond / perSecond, 0.6);
  const p99 = runs.servers?.halfLoad.publishToReceivedMs.p99;
  report.goal('publish → received p99 at half load', p99, 50, { isAtMost: true, show: ms });
}

/** A fast pipeline that lost or doubled something would be no pipeline. */
async function auditOf(stores, published) {
  const audit = await stores.audit();
  if (audit.delivered !== published || audit.attempts !== published) {
    throw new Error(`${published} events were published, but the database says ${JSON.stringify(audit)}.`);
  }
  return audit;
}

function row(name, full, halfLoad, process) {
  return [
    name,
    whole(full.perSecond),
    ms(halfLoad?.publishMs.p50),
    ms(halfLoad?.publishMs.p99),
    ms(halfLoad?.publishToReceivedMs.p50),
    ms(halfLoad?.publishToReceivedMs.p99),
    Object.entries({ [process]: full.cpuSecondsPer10k[process], ...full.cpuSecondsPer10k })
      .filter(([name, seconds]) => name !== 'receiver' && seconds > 0)
      .map(([name, seconds]) => `${seconds.toFixed(1)} ${name}`)
      .join(', '),
    `${whole(full.peakRssMb[process])} MB`,
  ];
}

async function measure(context, stores, count) {
  const { options, receiver } = context;
  const product = await startProduct(context, stores);
  const chatbotIds = await setUpChatbots(product.api, options.chatbots, receiver.url);
  const load = { outstanding: options.outstanding, chatbotIds };
  await product.call('throughput', { count: Math.ceil(count / 8), ...load });

  await receiver.process.call('reset');
  const processes = { product, receiver: receiver.process };
  const full = await metered({ processes, stores }, count, () =>
    product.call('throughput', { count, ...load }),
  );
  const arrived = (await receiver.process.call('report')).healthy;

  await receiver.process.call('reset', { isTimed: true });
  const perSecond = full.perSecond / 2;
  const steady = await product.call('steady', {
    perSecond,
    seconds: options.sizes.steadySeconds,
    chatbotIds,
  });
  await receiver.process.call('waitFor', { group: 'healthy', count: steady.count, timeoutMs: RUN_LIMIT_MS });
  const { healthy } = await receiver.process.call('report');
  await product.stop();
  return {
    published: Math.ceil(count / 8) + count + steady.count,
    full: { ...full, requests: arrived.requests, deliveries: arrived.deliveries },
    halfLoad: { perSecond, publishMs: steady.publishMs, publishToReceivedMs: healthy.latencyMs },
  };
}

/** (d) The same events over HTTP, one request each, from this process. */
export async function ingest(context) {
  const { options, stores, receiver, report } = context;
  const count = options.sizes.ingest;
  await stores?.reset();
  const product = await startProduct(context, stores);
  const chatbotIds = await setUpChatbots(product.api, options.chatbots, receiver.url);
  const send = (index) =>
    product.api('POST', `/v1/chatbots/${chatbotIds[index % chatbotIds.length]}/events`, {
      eventType: EVENT_TYPE,
      data: { conversationId: randomUUID(), message: SAMPLE_MESSAGE },
    });
  await runMany(Math.ceil(count / 8), 64, send);
  await receiver.process.call('waitFor', {
    group: 'healthy',
    count: Math.ceil(count / 8),
    timeoutMs: RUN_LIMIT_MS,
  });
  await receiver.process.call('reset');
  const run = await metered(
    { processes: { product, receiver: receiver.process }, stores },
    count,
    async () => {
      const startedAtMs = performance.now();
      const durationsMs = await runMany(count, 64, send);
      await receiver.process.call('waitFor', { group: 'healthy', count, timeoutMs: RUN_LIMIT_MS });
      return { tookMs: performance.now() - startedAtMs, requestMs: percentiles(durationsMs) };
    },
  );
  await product.stop();
  const inProcess = report.figures('end-to-end')?.[stores ? 'servers' : 'embedded'].full.perSecond;
  report.section(
    'ingest',
    `(d) Events over HTTP, on ${stores ? 'PostgreSQL + Redis' : 'the embedded default'}`,
    [
      ['Deliveries/s', 'vs in process', 'POST p50', 'p99', 'CPU s per 10,000: product'],
      [
        whole(run.perSecond),
        times(inProcess && run.perSecond / inProcess),
        ms(run.requestMs.p50),
        ms(run.requestMs.p99),
        run.cpuSecondsPer10k.product.toFixed(2),
      ],
    ],
    run,
  );
}
