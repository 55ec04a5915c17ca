import { openJobs } from '../support/jobs.mjs';
import { sleep, until } from '../support/wait.mjs';
import { Workload } from '../support/workload.mjs';

/** Ten seconds are the product's default; a lease outlives an attempt by five. */
const SHORT = { WEBHOOK_TIMEOUT: '3s' };
const RESENT_WITHIN_MS = 30_000;

/** Blocks every statement that writes deliveries, as a long lock or a slow disk would. */
async function blockWrites(stack) {
  const session = await stack.postgres.session();
  await session.query('BEGIN');
  await session.query('LOCK TABLE chatbot_webhooks.delivery IN EXCLUSIVE MODE');
  return {
    async waitForBlocked() {
      await until('a statement to be blocked', async () => {
        const rows = await stack.postgres.query(
          `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%chatbot_webhooks.delivery%'`,
        );
        return rows.length > 0;
      });
    },
    /** The blocked statements never happen: their sessions end, as those of a lost machine do. */
    async dropBlocked() {
      await stack.postgres.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
      );
    },
    async end() {
      await session.query('ROLLBACK');
      await session.end();
    },
  };
}

/** The next request of the workload after `count`; seconds since `sinceMs` must stay in the contract's. */
async function resent(workload, count, sinceMs, findings) {
  const requests = await workload.waitForRequests(count, RESENT_WITHIN_MS + 5_000);
  const tookMs = requests.at(-1).atMs - sinceMs;
  findings.figure('sent again after', tookMs / 1000, 's');
  findings.atMost(tookMs, RESENT_WITHIN_MS, 'a killed attempt is sent again within');
  return requests;
}

let api;
/** The only worker whenever a scenario begins; each leaves one behind. */
let worker;

async function begin({ stack }) {
  [api, worker] = await Promise.all([
    stack.start({ role: 'api', env: SHORT }),
    stack.start({ role: 'worker', env: SHORT }),
  ]);
}

async function beforeCommit({ stack, findings }) {
  const workload = new Workload(stack);
  const victim = await stack.start({ role: 'api', env: SHORT });
  await workload.addChatbots(api);
  const event = { eventId: 'before-commit' };

  const block = await blockWrites(stack);
  const answer = workload.publish(victim, workload.chatbots[0], event);
  await block.waitForBlocked();
  await victim.kill();
  await block.dropBlocked();
  await block.end();
  findings.equal((await answer).status, 0, 'no answer from a killed process');
  findings.equal(
    Object.keys(await workload.statuses()).length,
    0,
    'rows of an event that was never accepted',
  );

  const again = await workload.publish(api, workload.chatbots[0], event);
  findings.equal(again.status, 202, 'the caller tries again');
  await workload.settle();
  const audit = await workload.verify(findings);
  findings.equal(audit.requests, 1, 'requests');
}

async function beforeEnqueue({ stack, findings }) {
  const workload = new Workload(stack);
  const victim = await stack.start({ role: 'api', proxied: ['redis'], env: SHORT });
  await workload.addChatbots(api);
  stack.redisProxy.stall();
  const { status } = await workload.publish(victim);
  const killedAtMs = Date.now();
  await victim.kill();
  stack.redisProxy.resume();
  findings.equal(status, 202, 'accepted without waiting for Redis');
  await resent(workload, 1, killedAtMs, findings);
  await workload.settle();
  findings.equal((await workload.verify(findings)).requests, 1, 'requests');
}

async function whileTheReceiverHasIt({ stack, findings }) {
  const workload = new Workload(stack);
  // The default deadline: the figure of the contract.
  await worker.kill();
  const victim = await stack.start({ role: 'worker' });
  const [{ path }] = await workload.addChatbots(api, 1, { holdAttempts: [1] });
  const { deliveryId } = await workload.publish(api);
  await workload.waitForHeld(path);
  const killedAtMs = Date.now();
  [worker] = await Promise.all([stack.start({ role: 'worker' }), victim.kill()]);
  const requests = await resent(workload, 2, killedAtMs, findings);
  findings.check(
    requests.every((request) => request.deliveryId === deliveryId),
    'the duplicate carries the same deliveryId',
  );
  await workload.settle();
  const audit = await workload.verify(findings);
  findings.equal(audit.interrupted, 1, 'attempts shown as interrupted');
  findings.equal(audit.attempts, 2, 'attempt rows');
  findings.equal(audit.delivered, 1, 'delivered');
  findings.check(!worker.hasExited, 'the other worker lives');
}

async function beforeTheRecord({ stack, findings }) {
  const workload = new Workload(stack);
  const victim = worker;
  const [{ path }] = await workload.addChatbots(api, 1, { holdAttempts: [1] });
  await workload.publish(api);
  await workload.waitForHeld(path);
  const block = await blockWrites(stack);
  await workload.release(path);
  await block.waitForBlocked();
  const killedAtMs = Date.now();
  await victim.kill();
  await block.dropBlocked();
  await block.end();
  worker = await stack.start({ role: 'worker', env: SHORT });
  await resent(workload, 2, killedAtMs, findings);
  await workload.settle();
  const audit = await workload.verify(findings);
  findings.equal(audit.duplicates, 1, 'duplicates: one request was in flight');
  findings.equal(audit.interrupted, 1, 'attempts shown as interrupted');
}

/** One job with three attempts, and room for one: the first is recorded, the second under way, the third waits. */
async function beforeTheAcknowledgement({ stack, findings }) {
  const workload = new Workload(stack);
  await worker.kill();
  await workload.addChatbots(api);
  const [held] = await workload.addChatbots(api, 1, { holdAttempts: [1] });
  await workload.addChatbots(api);
  const tickets = [];
  for (const chatbot of workload.chatbots) {
    const { deliveryId } = await workload.publish(api, chatbot);
    tickets.push({ deliveryId, chatbotId: chatbot.id, attemptNumber: 1 });
  }
  // Handed over already, in a job each: not so here.
  await until('their own jobs to wait', async () => (await stack.redis.attemptsWaiting()) >= tickets.length);
  await stack.redis.client.flushall();
  const jobs = openJobs(stack);
  await jobs.add(tickets);
  await jobs.close();
  const victim = await stack.start({ role: 'worker', env: { ...SHORT, WEBHOOK_CONCURRENCY: '1' } });
  await workload.waitForHeld(held.path);
  findings.equal((await workload.statuses()).delivered, 1, 'recorded before the kill');
  await victim.kill();
  findings.check((await stack.redis.jobKeys()).length > 0, 'the job is still in Redis, unacknowledged');
  await workload.script(held.path, {});
  worker = await stack.start({ role: 'worker', env: SHORT });
  const sinceMs = performance.now();
  await workload.settle();
  await until('the job to be gone', async () => (await stack.redis.jobKeys()).length === 0, {
    timeoutMs: 60_000,
    everyMs: 250,
  });
  findings.figure('all done, and the job gone, after', (performance.now() - sinceMs) / 1000, 's');
  const audit = await workload.verify(findings);
  findings.equal(audit.requests, 4, 'requests: only what was under way is made again');
  findings.equal(audit.attempts, 4, 'attempt rows');
  findings.equal(audit.interrupted, 1, 'attempts shown as interrupted');
}

async function stoppedLongerThanTheLease({ stack, findings }) {
  const workload = new Workload(stack);
  const victim = worker;
  const [{ path }] = await workload.addChatbots(api, 1, { holdAttempts: [1] });
  const { deliveryId } = await workload.publish(api);
  await workload.waitForHeld(path);
  victim.signal('SIGSTOP');
  const stoppedAtMs = Date.now();
  worker = await stack.start({ role: 'worker', env: SHORT });
  await resent(workload, 2, stoppedAtMs, findings);
  await workload.settle();
  // It wakes up with a failure in its hands that is nobody's any more.
  await workload.release(path, { status: 500 });
  victim.signal('SIGCONT');
  await until('the late loser to notice', () => victim.counts.get('delivery.lease_lost'));
  const audit = await workload.verify(findings);
  findings.equal(audit.delivered, 1, `delivered, and not undone by the loser (${deliveryId})`);
  findings.equal(audit.requests, 2, 'requests');
  findings.equal(audit.attempts, 2, 'attempt rows');
  // It goes on working.
  await workload.script(path, {});
  await workload.publish(api);
  await workload.settle();
  findings.check(!victim.hasExited, 'the stopped worker lives on');
  await victim.kill();
}

async function terminatedUnderLoad({ stack, findings }) {
  const workload = new Workload(stack);
  const leaving = worker;
  const [hung] = await workload.addChatbots(api, 1, { holdAttempts: 'all' });
  await workload.addChatbots(api, 4, { delayMs: 50 });
  const [first, ...quick] = workload.chatbots;
  for (let count = 0; count < 4; count++) await workload.publish(api, first);
  await workload.waitForHeld(hung.path, 4);
  const load = Promise.all(
    quick.map(async (chatbot) => {
      for (let count = 0; count < 60; count++) await workload.publish(api, chatbot);
    }),
  );
  await sleep(300);
  const [end, next] = await Promise.all([
    leaving.stop(),
    stack.start({ role: 'worker', env: SHORT }),
    // Whoever makes those attempts next finds a receiver that works.
    workload.script(hung.path, {}),
  ]);
  worker = next;
  await load;
  findings.figure('exit after', end.tookMs / 1000, 's');
  findings.check(
    end.code === 0 || end.signal === 'SIGTERM',
    `ends by itself, not by its last resort (${end.code})`,
  );
  findings.atMost(end.tookMs, 3_000 + 5_000, 'exit within the deadline and 5 s, in ms');
  const tookMs = await workload.settle();
  findings.figure('rest done', tookMs / 1000, 's later');
  const audit = await workload.verify(findings);
  findings.equal(audit.duplicates, 0, 'attempts cut off');
  // Four of them timed out while the worker waited for them, and were tried again by the next one.
  findings.equal(audit.requests, audit.accepted + 4, 'requests');
}

export const kills = {
  name: 'kills',
  scenarios: [
    { title: 'Kills: an installation of an api process and a worker', run: begin, isNeeded: true },
    {
      title: 'SIGKILL before the commit: nothing was accepted, trying again delivers once',
      run: beforeCommit,
    },
    { title: 'SIGKILL after the commit, before the job: the sweeper delivers, once', run: beforeEnqueue },
    {
      title: 'SIGKILL after the 2xx, before the record: sent again with the same deliveryId',
      run: beforeTheRecord,
    },
    {
      title: 'SIGKILL after a record, before its job is acknowledged: recorded once, no job left',
      run: beforeTheAcknowledgement,
    },
    {
      title: 'SIGSTOP longer than the lease: taken over, the loser changes nothing',
      run: stoppedLongerThanTheLease,
    },
    {
      title: 'SIGTERM under load with a hung receiver: attempts end and are recorded, the exit is in time',
      run: terminatedUnderLoad,
    },
    {
      title: 'SIGKILL while the receiver has the request (10 s deadline): sent again within 30 s',
      run: whileTheReceiverHasIt,
    },
  ],
};
