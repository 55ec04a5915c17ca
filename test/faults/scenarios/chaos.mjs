import { sleep } from '../support/wait.mjs';
import { Workload } from '../support/workload.mjs';

const KILL_EVERY_MS = 2_000;
const ROLES = ['worker', 'api', 'worker', 'api'];

/** Kills one process after the other, starts it again, and now and then takes a server away too. */
async function chaos({ stack, findings, isLong }) {
  const size = isLong
    ? { events: 10_000, flushes: 3, restarts: 2 }
    : { events: 800, flushes: 1, restarts: 1 };
  const perSecond = isLong ? 80 : 50;
  const env = { WEBHOOK_TIMEOUT: '5s', WEBHOOK_RETRY_DELAYS: '500ms,1s,1s' };
  const products = await Promise.all(ROLES.map((role) => stack.start({ role, env })));
  const workload = new Workload(stack);
  await workload.addChatbots(products[1], 10, { delayMs: 60 });
  await workload.addChatbots(products[1], 2, { delayMs: 1_500 });
  await workload.addChatbots(products[1], 1, { statuses: [500, 200] });
  const [hopeless] = await workload.addChatbots(products[1], 1, { statuses: [500] });

  const durationMs = (size.events / perSecond) * 1000;
  const stepsAt = (count) =>
    Array.from({ length: count }, (_, index) => ((index + 1) * durationMs) / (count + 1));
  const plan = [
    ...stepsAt(size.flushes).map((atMs) => ({ atMs, run: () => stack.redis.client.flushall() })),
    ...stepsAt(size.restarts).map((atMs) => ({ atMs: atMs + 1_000, run: () => restart(stack) })),
  ].sort((a, b) => a.atMs - b.atMs);

  const startMs = performance.now();
  let isPublishing = true;
  const publishing = publishAll({ workload, products, size, perSecond }).finally(
    () => (isPublishing = false),
  );
  publishing.catch(() => undefined);
  let kills = 0;
  let inFlightAtKills = 0;
  for (let last = -1; isPublishing;) {
    await sleep(KILL_EVERY_MS);
    while (plan[0] && performance.now() - startMs >= plan[0].atMs) await plan.shift().run();
    const slot = nextVictim(products, last);
    if (slot === null) continue;
    last = slot;
    products[slot].signal('SIGKILL');
    kills++;
    if (ROLES[slot] === 'worker') inFlightAtKills += await workload.leased().catch(() => 0);
    products[slot] = await stack.launch({ role: ROLES[slot], env });
    products[slot].ready().catch(() => undefined);
  }
  await publishing;
  for (const { run } of plan) await run();
  const tookMs = await workload.settle(90_000);
  const audit = await workload.verify(findings);
  findings.figure('events', workload.accepted.size);
  findings.figure('kills', kills);
  findings.figure('failed after their whole schedule', audit.failed);
  findings.figure('lost', audit.lost.length);
  findings.figure('duplicates', `${audit.duplicates} (in flight at the kills: ${inFlightAtKills})`);
  findings.figure('interrupted attempts', audit.interrupted);
  findings.figure('all done', tookMs / 1000, 's after the last event');
  findings.equal(workload.accepted.size, size.events, 'events accepted in the end');
  const doomed = [...workload.accepted.values()].filter((path) => path === hopeless.path).length;
  findings.equal(audit.failed, doomed, 'failed: those whose receiver never accepts, and no others');
  findings.atMost(audit.duplicates, Math.min(inFlightAtKills, audit.interrupted), 'duplicates');
  findings.equal(await workload.forgotten(), 0, 'forgotten rows');
  await stack.stopProducts();
}

/** The next in turn that is up. Somebody has to be there to accept events; and one that never comes up is no test. */
function nextVictim(products, last) {
  const turns = ROLES.map((_, index) => (last + 1 + index) % ROLES.length);
  const mayDie = (slot) => products[slot].isReady && (ROLES[slot] !== 'api' || products[slot ^ 2].isReady);
  return turns.find(mayDie) ?? null;
}

/** As a careful caller does it: with an event id, again until it is accepted, wherever it is taken. */
async function publishAll({ workload, products, size, perSecond }) {
  const startMs = performance.now();
  const inFlight = new Set();
  for (let index = 0; index < size.events; index++) {
    const dueMs = startMs + (index * 1000) / perSecond;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    const one = publishUntilAccepted(workload, products, index).finally(() => inFlight.delete(one));
    inFlight.add(one);
  }
  await Promise.all(inFlight);
}

async function publishUntilAccepted(workload, products, index) {
  const chatbot = workload.chatbots[index % workload.chatbots.length];
  for (let tries = 0; ; tries++) {
    const product = products[(index + tries) % 2 ? 1 : 3];
    const { status } = await workload.publish(product, chatbot, { eventId: `event-${index}` });
    if (status === 202) return;
    if (tries > 300) throw new Error(`Event ${index} was never accepted: ${status}`);
    await sleep(200);
  }
}

async function restart(stack) {
  await stack.postgres.stop('fast');
  await stack.postgres.start();
}

export const everything = {
  name: 'chaos',
  scenarios: [
    {
      title: 'Events under a SIGKILL every 2 s, with FLUSHALL and PostgreSQL restarts: none lost',
      run: chaos,
    },
  ],
};
