import { startProcess } from '../../../bench/support/rpc.mjs';
import { createApi } from '../../../examples/demo/api.mjs';
import { openJobs } from '../support/jobs.mjs';
import { BUILD } from '../support/product-process.mjs';
import { ADMIN_API_KEY } from '../support/stack.mjs';
import { sleep, until } from '../support/wait.mjs';
import { percentile, Workload } from '../support/workload.mjs';

const HOST_APP = new URL('../processes/host-app.mjs', import.meta.url);

let one;
let two;

async function begin({ stack, findings }) {
  [one, two] = await Promise.all([stack.start(), stack.start()]);
  findings.check(!one.hasExited && !two.hasExited, 'both run');
}

const apiOf = (product) => createApi(product.url, ADMIN_API_KEY);

async function sameJobTwice({ stack, findings, isLong }) {
  const count = isLong ? 1000 : 200;
  const workload = new Workload(stack);
  await workload.addChatbots(one, 8, { delayMs: 30 });
  const jobs = openJobs(stack);
  try {
    for (let index = 0; index < count; index++) {
      const chatbot = workload.chatbots[index % 8];
      const { deliveryId } = await workload.publish(index % 2 ? one : two, chatbot);
      const ticket = { deliveryId, chatbotId: chatbot.id, attemptNumber: 1 };
      await jobs.add([ticket]);
      await jobs.add([ticket]);
    }
    await workload.settle();
  } finally {
    await jobs.close();
  }
  const audit = await workload.verify(findings);
  findings.figure('deliveries, three jobs each', count);
  findings.equal(audit.requests, count, 'requests');
  findings.equal(audit.attempts, count, 'attempt rows');
}

/** Statuses as a reader sees them. */
const snapshot = (stack, ids) =>
  stack.postgres.query(
    `SELECT id, status, attempt_count, schedule_step, completed_at, response_status, error_code, duration_ms
     FROM chatbot_webhooks.delivery WHERE id = ANY ($1::uuid[]) ORDER BY id`,
    [ids],
  );

async function doubleRuns({ stack, findings, isLong }) {
  const rounds = isLong ? 16 : 2;
  const perRound = 64;
  let changed = 0;
  for (let round = 0; round < rounds; round++) {
    const workload = new Workload(stack);
    const chatbots = await workload.addChatbots(one, perRound / 4, { holdAttempts: [1] });
    await workload.publishMany((index) => (index % 2 ? one : two), perRound);
    await until('all first attempts to be held', async () => (await workload.requestCount()) >= perRound);
    const ids = [...workload.accepted.keys()];
    // Their leases end now, while their runs go on: each attempt is made a second time beside the first.
    await stack.postgres.query(
      'UPDATE chatbot_webhooks.delivery SET wake_at = now(), lease_ends_at = now() WHERE id = ANY ($1::uuid[]) AND lease_started_at IS NOT NULL',
      [ids],
    );
    await workload.settle();
    const before = JSON.stringify(await snapshot(stack, ids));
    // Half of the losers come back with a failure, half with a success.
    await Promise.all(
      chatbots.map(({ path }, index) => workload.release(path, { status: index % 2 ? 500 : 200 })),
    );
    await until('the losers to notice', () => lost(one) + lost(two) >= perRound * (round + 1));
    if (JSON.stringify(await snapshot(stack, ids)) !== before) changed++;
    const audit = await workload.verify(findings);
    findings.equal(audit.delivered, perRound, 'delivered');
    findings.equal(audit.requests, 2 * perRound, 'requests');
  }
  findings.figure('double runs', rounds * perRound);
  findings.figure('statuses changed by the loser', changed);
  findings.equal(changed, 0, 'rounds with a status that the loser changed');
}

const lost = (product) => product.counts.get('delivery.lease_lost') ?? 0;

async function oneEventId({ stack, findings }) {
  const workload = new Workload(stack);
  await workload.addChatbots(one, 1);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      workload.publish(index % 2 ? one : two, workload.chatbots[0], { eventId: 'the same' }),
    ),
  );
  findings.equal(new Set(answers.map(({ deliveryId }) => deliveryId)).size, 1, 'delivery ids');
  findings.check(
    answers.every(({ status }) => status === 202),
    'every publish is answered',
  );
  await workload.settle();
  findings.equal((await workload.verify(findings)).requests, 1, 'requests');
}

async function changesBetweenAttempts({ stack, findings }) {
  const workload = new Workload(stack);
  // Time to change things in, also on a busy machine.
  const chatbots = await workload.addChatbots(one, 4, { statuses: [503], headers: { 'retry-after': '5' } });
  const [moved, disabled, deleted, unlinked] = chatbots;
  await Promise.all(chatbots.map((chatbot) => workload.publish(one, chatbot)));
  await workload.waitForRequests(4);
  const elsewhere = `${moved.path}-elsewhere`;
  const settings = (url, enabled) => ({ enabled, url, events: [] });
  const url = (path) => `${stack.receiverUrl}${path}`;
  const call = apiOf(two);
  await Promise.all([
    call('PUT', `/v1/chatbots/${moved.id}/webhook`, settings(url(elsewhere), true)),
    call('PUT', `/v1/chatbots/${disabled.id}/webhook`, settings(url(disabled.path), false)),
    call('DELETE', `/v1/chatbots/${deleted.id}`),
    call('PUT', `/v1/chatbots/${unlinked.id}/webhook`, settings(null, false)),
  ]);
  await workload.settle();
  const requests = await workload.requests();
  findings.equal(requests.filter(({ path }) => path === elsewhere).length, 1, 'requests at the new URL');
  findings.equal(requests.length, 5, 'requests in all: one each before the change, one at the new URL');
  const reasons = await stack.postgres.query(
    `SELECT chatbot_id, error_code FROM chatbot_webhooks.delivery WHERE chatbot_id = ANY ($1::uuid[])`,
    [chatbots.map(({ id }) => id)],
  );
  const reasonOf = ({ id }) => reasons.find((row) => row.chatbot_id === id)?.error_code;
  findings.equal(reasonOf(moved), null, 'error of the one that moved');
  findings.equal(reasonOf(disabled), 'webhook_disabled', 'reason');
  findings.equal(reasonOf(deleted), 'chatbot_deleted', 'reason');
  findings.equal(reasonOf(unlinked), 'webhook_url_removed', 'reason');
}

async function changesReachEveryProcess({ stack, findings }) {
  const workload = new Workload(stack);
  const slowest = [];
  for (let count = 0; count < 5; count++) {
    const [chatbot] = await workload.addChatbots(one, 1);
    const outcome = async () =>
      (
        await apiOf(two)('POST', `/v1/chatbots/${chatbot.id}/events`, {
          eventType: 'lead.captured',
          data: { name: 'Ada' },
        })
      ).outcome;
    // The other process has it in its cache when it changes.
    findings.equal(await outcome(), 'queued', 'outcome before');
    await apiOf(one)('PUT', `/v1/chatbots/${chatbot.id}/webhook`, {
      enabled: false,
      url: `${stack.receiverUrl}${chatbot.path}`,
      events: [],
    });
    const sinceMs = performance.now();
    await until('the change to arrive', async () => (await outcome()) === 'disabled', { everyMs: 20 });
    slowest.push(performance.now() - sinceMs);
  }
  findings.figure('seen elsewhere after at most', Math.max(...slowest), 'ms');
  findings.atMost(Math.max(...slowest), 1000, 'a change is seen elsewhere, in ms');
}

async function transactions({ stack, findings }) {
  const workload = new Workload(stack);
  const [chatbot] = await workload.addChatbots(one, 1);
  const env = await stack.environment({ role: 'api', env: { BUILD } });
  const host = await startProcess(HOST_APP, { env });
  try {
    await host.call('start');
    const publish = (options) => host.call('publish', { chatbotId: chatbot.id, ...options });
    await publish({ name: 'rolled back', commits: false, holdMs: 1_500 });
    const latencies = [];
    for (let count = 0; count < 10; count++) {
      const { deliveryId, committedAtMs } = await publish({
        name: `lead ${count}`,
        commits: true,
        holdMs: 100,
      });
      const arrived = await until('the request', async () =>
        (await workload.requests()).find((request) => request.deliveryId === deliveryId),
      );
      latencies.push(arrived.atMs - committedAtMs);
    }
    findings.figure('from commit to receiver, median', percentile(latencies, 0.5), 'ms');
    findings.atMost(percentile(latencies, 0.5), 500, 'picked up at once after the commit, in ms');
    await workload.settle();
    const audit = await workload.verify(findings);
    findings.equal(audit.requests, 10, 'requests: the one that was rolled back is none of them');
    const [{ count }] = await stack.postgres.query('SELECT count(*)::integer AS count FROM lead');
    findings.equal(count, 10, "rows of the host's own");

    await stack.postgres.stop('fast');
    const refusal = await host.call('publishError', { chatbotId: chatbot.id });
    await stack.postgres.start();
    findings.equal(refusal.name, 'UnavailableError', 'what a caller in process catches');
    findings.equal(refusal.code, 'unavailable', 'its code');
  } finally {
    await host.kill();
  }
}

async function withoutFaults({ stack, findings, isLong }) {
  const count = isLong ? 100_000 : 2_000;
  const workload = new Workload(stack);
  await workload.addChatbots(one, 20);
  const sinceMs = performance.now();
  await workload.publishMany((index) => (index % 2 ? one : two), count, { parallel: 48 });
  await workload.settle(120_000);
  const seconds = (performance.now() - sinceMs) / 1000;
  const audit = await workload.verify(findings);
  findings.figure('deliveries', audit.delivered);
  findings.figure('duplicates', audit.duplicates);
  findings.figure('attempt rows / requests', `${audit.attempts} / ${audit.requests}`);
  findings.figure('in', seconds, 's');
  findings.equal(audit.delivered, count, 'delivered');
  findings.equal(audit.duplicates, 0, 'duplicates');
  findings.equal(audit.attempts, audit.requests, 'attempt rows against requests');
}

async function end({ stack, findings }) {
  await sleep(500);
  findings.equal((await stack.redis.jobKeys()).length, 0, 'Bull keys left behind');
  const ends = await Promise.all([one.stop(), two.stop()]);
  findings.figure('exit after', Math.max(...ends.map(({ tookMs }) => tookMs)) / 1000, 's');
  findings.atMost(Math.max(...ends.map(({ tookMs }) => tookMs)), 5_000, 'an idle process exits, in ms');
}

export const together = {
  name: 'together',
  scenarios: [
    { title: 'Two processes side by side', run: begin, isNeeded: true },
    { title: 'Two workers given the same jobs: each attempt is made once', run: sameJobTwice },
    { title: 'Forced double runs: the loser changes no status', run: doubleRuns },
    { title: '20 parallel publishes of one event id: one delivery', run: oneEventId },
    { title: 'Settings changed, disabled, deleted between attempts', run: changesBetweenAttempts },
    {
      title: 'A changed setting is seen by the other process within a second',
      run: changesReachEveryProcess,
    },
    {
      title: "publish(…, { manager }) commits and rolls back with the host's transaction",
      run: transactions,
    },
    { title: 'Without faults: no duplicates, a row for every request', run: withoutFaults },
    { title: 'Two processes: nothing is left behind, both exit at once', run: end, isNeeded: true },
  ],
};
