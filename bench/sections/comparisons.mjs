import { randomUUID } from 'node:crypto';
import { metered } from '../support/metering.mjs';
import { ms, whole } from '../support/report.mjs';
import { startProcess } from '../support/rpc.mjs';
import { SAMPLE_SECRET } from '../support/sample.mjs';

const BARE = new URL('../processes/bare-loop.mjs', import.meta.url);
const BULL = new URL('../processes/bull-alone.mjs', import.meta.url);
const PLAIN = new URL('../plain-pipeline/process.mjs', import.meta.url);
const BARE_CONNECTIONS = [16, 64];
const RUN_LIMIT_MS = 300_000;

/** (a) The bare limit: the better of two numbers of connections, after a warm-up. */
export async function bare({ options, receiver, report, tlsEnv }) {
  const count = options.sizes.bare;
  const sender = await startProcess(BARE, { env: tlsEnv });
  await sender.call('run', { url: receiver.url, count: Math.ceil(count / 4), connections: 16 });
  const runs = [];
  for (const connections of BARE_CONNECTIONS) {
    await receiver.process.call('reset');
    const processes = { sender, receiver: receiver.process };
    const run = await metered({ processes }, count, () =>
      sender.call('run', { url: receiver.url, count, connections }),
    );
    runs.push({ connections, ...run });
  }
  await sender.stop();
  const best = runs.reduce((a, b) => (a.perSecond >= b.perSecond ? a : b));
  report.section(
    'bare',
    '(a) The bare limit: signed HTTPS requests from a loop around undici',
    [
      ['Connections', 'Requests/s', 'CPU s per 10,000: sender', 'receiver'],
      ...runs.map(({ connections, perSecond, cpuSecondsPer10k }) => [
        String(connections),
        whole(perSecond),
        cpuSecondsPer10k.sender.toFixed(2),
        cpuSecondsPer10k.receiver.toFixed(2),
      ]),
    ],
    { best, runs },
  );
}

/** (b) What Bull itself costs. */
export async function bull({ options, stores, report }) {
  if (!stores) return;
  await stores.reset();
  const count = options.sizes.bull;
  const process = await startProcess(BULL);
  const run = await metered({ processes: { bull: process }, stores }, count, () =>
    process.call('run', {
      redisUrl: stores.redisUrl,
      count,
      outstanding: options.outstanding,
      concurrency: options.concurrency,
    }),
  );
  await process.stop();
  report.section(
    'bull',
    '(b) Bull alone: add a job, process a no-op',
    [
      ['Jobs/s', 'CPU s per 10,000: process', 'Redis'],
      [whole(run.perSecond), run.cpuSecondsPer10k.bull.toFixed(2), run.cpuSecondsPer10k.redis.toFixed(2)],
    ],
    run,
  );
}

/** (c) The plain pipeline, at the product's concurrency. */
export async function plain({ options, stores, receiver, report, tlsEnv }) {
  if (!stores) return;
  const count = options.sizes.plain;
  await stores.reset();
  const chatbots = await seedPlainSettings(stores, receiver.url, options.chatbots);
  const pipeline = await startProcess(PLAIN, { env: tlsEnv });
  await pipeline.call('start', {
    databaseUrl: stores.databaseUrl,
    redisUrl: stores.redisUrl,
    poolSize: 20,
    concurrency: options.concurrency,
    chatbots,
  });
  await pipeline.call('throughput', { count: Math.ceil(count / 8), outstanding: options.outstanding });
  await receiver.process.call('reset');
  const processes = { pipeline, receiver: receiver.process };
  const full = await metered({ processes, stores }, count, () =>
    pipeline.call('throughput', { count, outstanding: options.outstanding }),
  );
  await receiver.process.call('reset', { isTimed: true });
  const steady = await pipeline.call('steady', {
    perSecond: full.perSecond / 2,
    seconds: options.sizes.steadySeconds,
  });
  await receiver.process.call('waitFor', { group: 'healthy', count: steady.count, timeoutMs: RUN_LIMIT_MS });
  const { healthy } = await receiver.process.call('report');
  await pipeline.call('stop');
  await pipeline.stop();
  const { delivered } = await stores.audit();
  report.section(
    'plain',
    '(c) The plain pipeline: Bull, one insert, one add, two selects, axios, insert, update',
    [
      [
        'Deliveries/s',
        'Publish p50',
        'p99',
        'To receiver at half load p50',
        'p99',
        'CPU s per 10,000: pipeline',
        'PostgreSQL',
      ],
      [
        whole(full.perSecond),
        ms(full.publishMs.p50),
        ms(full.publishMs.p99),
        ms(healthy.latencyMs.p50),
        ms(healthy.latencyMs.p99),
        full.cpuSecondsPer10k.pipeline.toFixed(2),
        full.cpuSecondsPer10k.postgres.toFixed(2),
      ],
    ],
    { full, halfLoad: { publishMs: steady.publishMs, publishToReceivedMs: healthy.latencyMs }, delivered },
  );
}

async function seedPlainSettings(stores, url, count) {
  const organizationId = randomUUID();
  const chatbots = Array.from({ length: count }, () => ({
    id: randomUUID(),
    name: 'Support Bot',
    organizationId,
  }));
  for (const [index, { id }] of chatbots.entries()) {
    await stores.query(
      `INSERT INTO chatbot_webhooks.webhook_settings
         (chatbot_id, organization_id, version, is_enabled, url, event_types, secret_ciphertext, updated_at)
       VALUES ($1, $2, 1, true, $3, '{}', $4, now())`,
      [id, organizationId, `${url}/healthy/${index}`, SAMPLE_SECRET],
    );
  }
  return chatbots;
}
