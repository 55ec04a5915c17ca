import { readiness } from '../support/product-process.mjs';
import { once, sleep, until } from '../support/wait.mjs';
import { percentile, Workload } from '../support/workload.mjs';

const WORKS_AGAIN_WITHIN_MS = 10_000;
const REFUSED_WITHIN_MS = 5_500;
const PER_SECOND = 40;

let api;
let worker;

async function begin({ stack, findings }) {
  // PostgreSQL knows who talks to it through the proxy by its port, and restarts underneath.
  api = await stack.start({ role: 'api', proxied: ['postgres'] });
  worker = await stack.start({ role: 'worker', proxied: ['postgres'] });
  const workload = new Workload(stack);
  await workload.addChatbots(api, 4);
  await workload.publishMany(() => api, 100);
  await workload.settle();
  findings.equal((await readiness(api)).status, 200, 'ready');
}

/**
 * Takes PostgreSQL away while requests are under way and events come in, brings it back, and holds what
 * followed against the contract.
 */
const outage = ({ seconds, breakIt, mendIt }) =>
  async function run({ stack, findings, isLong }) {
    const durationMs = (isLong ? 2 : 1) * seconds * 1000;
    const workload = new Workload(stack);
    await workload.addChatbots(api, 4, { delayMs: 20 });
    await workload.addChatbots(api, 1, { statuses: [500, 200] });
    const [held] = await workload.addChatbots(api, 1, { holdAttempts: [1] });
    await workload.publishMany(() => api, 30);
    await workload.waitForHeld(held.path, 5);

    const mend = once(() => mendIt(stack));
    try {
      await breakIt(stack);
      await duringAndAfter({ stack, findings, workload, held, durationMs, mend });
    } finally {
      await mend();
    }
    await wholeAgain({ workload, findings });
  };

async function duringAndAfter({ findings, workload, held, durationMs, mend }) {
  // Their outcome cannot be written down now; it must be later.
  await workload.release(held.path);
  await workload.script(held.path, {});
  const answers = [];
  const endMs = performance.now() + durationMs;
  const publishing = [];
  for (let index = 0; performance.now() < endMs; index++) {
    publishing.push(
      workload.publish(api, workload.chatbots[index % 6]).then((answer) => answers.push(answer)),
    );
    await sleep(1000 / PER_SECOND);
  }
  const health = await readiness(api);
  findings.equal(health.status, 503, `readiness ${JSON.stringify(health.body)}`);
  findings.equal(health.body.parts.database?.status, 'down', 'the database, as /health/ready tells it');
  await mend();
  const sinceMs = performance.now();
  await until('an event to be accepted again', async () => (await workload.publish(api)).status === 202);
  const acceptedAgainMs = performance.now() - sinceMs;
  await Promise.all(publishing);
  await workload.settle(60_000);
  const settledMs = performance.now() - sinceMs;

  const refused = answers.filter(({ status }) => status !== 202);
  const slowest = Math.max(...refused.map(({ tookMs }) => tookMs), 0);
  findings.figure('refused', `${refused.length} of ${answers.length}`);
  findings.figure('slowest refusal', slowest / 1000, 's');
  findings.figure('accepts again after', acceptedAgainMs / 1000, 's');
  findings.figure('all done after', settledMs / 1000, 's');
  findings.check(refused.length > 0, 'something was refused, or nothing was broken');
  const dishonest = answers.filter(({ status }) => status !== 202 && status !== 503);
  findings.equal(dishonest.length, 0, `answers that are neither 202 nor 503 (${dishonest[0]?.status})`);
  findings.atMost(slowest, REFUSED_WITHIN_MS, 'a refusal in ms');
  findings.atMost(acceptedAgainMs, WORKS_AGAIN_WITHIN_MS, 'accepts again, in ms');
  findings.atMost(settledMs, WORKS_AGAIN_WITHIN_MS + 6_000, 'all done, retries included, in ms');
}

async function wholeAgain({ workload, findings }) {
  const audit = await workload.verify(findings);
  findings.figure('made again', audit.interrupted);
  const started = performance.now();
  await workload.publishMany(() => api, 20);
  await workload.settle(30_000);
  findings.figure('afterwards', (performance.now() - started) / 1000, 's for 20');
  findings.equal(await workload.forgotten(), 0, 'forgotten rows');
  findings.check(!api.hasExited && !worker.hasExited, 'both processes live on');
}

async function terminated({ stack, findings }) {
  const workload = new Workload(stack);
  await workload.addChatbots(api, 4, { delayMs: 20 });
  const publishing = workload.publishMany(() => api, 300, { perSecond: 100 });
  let ended = 0;
  for (let count = 0; count < 5; count++) {
    await sleep(500);
    const rows = await stack.postgres.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'chatbot-webhooks' AND pid <> pg_backend_pid()`,
    );
    ended += rows.length;
  }
  await publishing;
  const tookMs = await workload.settle(60_000);
  findings.figure('connections ended', ended);
  findings.figure(
    'refused',
    [...workload.refused.values()].reduce((sum, count) => sum + count, 0),
  );
  findings.figure('all done', tookMs / 1000, 's later');
  findings.check(
    [...workload.refused.keys()].every((status) => status === 503),
    `only 503 refuses: ${[...workload.refused.keys()]}`,
  );
  await wholeAgain({ workload, findings });
}

async function machineLost({ stack, findings }) {
  const workload = new Workload(stack);
  await workload.addChatbots(api, 4, { delayMs: 20 });
  await workload.publishMany(() => api, 40);
  stack.postgresProxy.strand();
  const sinceMs = performance.now();
  const answers = [];
  const publishing = Array.from({ length: 40 }, async (_, index) => {
    answers.push(await workload.publish(api, workload.chatbots[index % 4]));
  });
  await until('an event to be accepted again', async () => (await workload.publish(api)).status === 202, {
    timeoutMs: 60_000,
    everyMs: 250,
  });
  findings.figure('accepts again after', (performance.now() - sinceMs) / 1000, 's');
  await Promise.all(publishing);
  await workload.settle(90_000);
  findings.figure('all done after', (performance.now() - sinceMs) / 1000, 's');
  findings.atMost(performance.now() - sinceMs, 60_000, 'everything is over, in ms');
  findings.figure(
    'refusal p99',
    percentile(
      answers.filter(({ status }) => status !== 202).map(({ tookMs }) => tookMs),
      0.99,
    ) / 1000,
    's',
  );
  await wholeAgain({ workload, findings });
}

async function end({ stack, findings }) {
  findings.figure('worker', JSON.stringify(Object.fromEntries(worker.counts)));
  await stack.stopProducts();
}

const readOnly = (value) => async (stack) => {
  await stack.postgres.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
  await stack.postgres.query('SELECT pg_reload_conf()');
  await until('the setting to hold', async () => {
    const [row] = await stack.postgres.query('SHOW default_transaction_read_only');
    return row.default_transaction_read_only === value;
  });
};

export const postgres = {
  name: 'postgres',
  scenarios: [
    { title: 'PostgreSQL: a healthy installation to begin with', run: begin, isNeeded: true },
    {
      title: 'PostgreSQL restarts',
      run: outage({
        seconds: 4,
        breakIt: (stack) => stack.postgres.stop('fast'),
        mendIt: (stack) => stack.postgres.start(),
      }),
    },
    {
      title: 'PostgreSQL crashes and recovers',
      run: outage({
        seconds: 4,
        breakIt: (stack) => stack.postgres.stop('immediate'),
        mendIt: (stack) => stack.postgres.start(),
      }),
    },
    { title: 'PostgreSQL: every connection terminated, five times under load', run: terminated },
    {
      title: 'PostgreSQL turns read-only',
      run: outage({ seconds: 5, breakIt: readOnly('on'), mendIt: readOnly('off') }),
    },
    {
      title: 'PostgreSQL stands still (SIGSTOP)',
      run: outage({
        seconds: 8,
        breakIt: (stack) => stack.postgres.freeze(),
        mendIt: (stack) => stack.postgres.thaw(),
      }),
    },
    { title: 'PostgreSQL: its machine is gone without a word, another takes its address', run: machineLost },
    { title: 'PostgreSQL: what the workers logged', run: end, isNeeded: true },
  ],
};
