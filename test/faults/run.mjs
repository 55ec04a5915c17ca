// npm run test:faults [-- --long] [-- --only <words of a title>]
//
// Real processes, real PostgreSQL and Redis servers of the suite's own, a receiver that writes down what reached
// it; then everything that can die, dies. Ends with one line of counts, and status 1 if anything did not hold.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCertificateAuthority } from '../../examples/support/certificates.mjs';
import { children } from '../../bench/support/rpc.mjs';
import { MAIN } from './support/product-process.mjs';
import { postgresBinaries } from './support/postgres-server.mjs';
import { isRedisInstalled } from './support/redis-server.mjs';
import { Findings, line } from './support/report.mjs';
import { Stack } from './support/stack.mjs';
import { within } from './support/wait.mjs';
import { lanes } from './scenarios/index.mjs';

const { values: options } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

/** The suite as a whole, whatever happens in it. */
const LIMIT_MS = options.long ? 60 * 60_000 : 8 * 60_000;
/** Most of the time is waiting; what is not, starting processes above all, shares two cores. */
const LANES_AT_ONCE = 3;
const SCENARIO_LIMIT_MS = options.long ? 20 * 60_000 : 100_000;

const folder = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-faults-'));
chmodSync(folder, 0o755);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
setTimeout(() => {
  console.error(`The suite took longer than ${LIMIT_MS / 60_000} minutes and was ended.`);
  process.exit(1);
}, LIMIT_MS).unref();

const isChosen = ({ title, isLong }) =>
  options.only ? title.toLowerCase().includes(options.only.toLowerCase()) : options.long || !isLong;

/** A scenario may live on what an earlier one of its lane set up. */
function choose(lane) {
  const isWanted = lane.scenarios.some((scenario) => !scenario.isNeeded && isChosen(scenario));
  return {
    ...lane,
    scenarios: lane.scenarios.filter((scenario) => isWanted && (scenario.isNeeded || isChosen(scenario))),
  };
}

const outcomes = [];

async function main() {
  const missing = whatIsMissing();
  const plan = lanes.map(choose).filter(({ scenarios }) => scenarios.length > 0);
  if (missing) {
    console.error(`SKIPPED: the fault suite wants ${missing}.`);
    for (const { scenarios } of plan) {
      for (const { title } of scenarios) note({ title, result: 'skipped', seconds: 0, figures: [] });
    }
    return;
  }
  const tls = await certificates();
  const startedMs = performance.now();
  const next = async () => {
    for (let lane = plan.shift(); lane; lane = plan.shift()) await runLane(lane, tls);
  };
  await Promise.all(Array.from({ length: LANES_AT_ONCE }, next));
  console.log(`\n${((performance.now() - startedMs) / 1000).toFixed(0)} s in all`);
}

function whatIsMissing() {
  if (!existsSync(MAIN)) return 'a build: npm run build';
  if (!postgresBinaries())
    return "PostgreSQL's server programs (Debian: postgresql; elsewhere name their folder in PG_BIN)";
  if (!isRedisInstalled()) return 'redis-server on the PATH';
  return null;
}

async function certificates() {
  const authority = await createCertificateAuthority();
  const caPath = join(folder, 'ca.pem');
  writeFileSync(caPath, authority.caPem);
  return { caPath, ...(await authority.issue(['127.0.0.1'])) };
}

async function runLane({ name, scenarios }, tls) {
  const stack = await Stack.create({ folder: join(folder, name), tls });
  try {
    let isBroken = false;
    for (const scenario of scenarios) {
      if (isBroken) note({ title: scenario.title, result: 'skipped', seconds: 0, figures: [] });
      else isBroken = !(await runScenario(scenario, stack)) && Boolean(scenario.isNeeded);
    }
  } finally {
    await stack.close();
  }
}

async function runScenario({ title, run }, stack) {
  const findings = new Findings();
  const startedMs = performance.now();
  let problem;
  try {
    await within(SCENARIO_LIMIT_MS, title, run({ stack, findings, isLong: options.long }));
    findings.equal(stack.endedAlone.length, 0, 'processes that ended by themselves');
  } catch (error) {
    problem = error.constructor.name === 'Broken' ? error.message : error.stack;
    // What cannot be had a second time: a fault that shows once in fifty runs has to be understood from its log.
    problem += `\n${await stack.describe()}`;
  }
  note({
    title,
    result: problem ? 'failed' : 'passed',
    seconds: (performance.now() - startedMs) / 1000,
    figures: findings.figures,
    problem,
  });
  return problem === undefined;
}

function note(outcome) {
  outcomes.push(outcome);
  console.log(line(outcome));
}

main()
  .catch((error) => {
    console.error(error);
    note({ title: 'the suite itself', result: 'failed', seconds: 0, figures: [] });
  })
  .finally(async () => {
    await children.stopAll(2_000);
    const count = (result) => outcomes.filter((outcome) => outcome.result === result).length;
    const isSkipFailure = process.env.REQUIRE_SERVICES === '1' && count('skipped') > 0;
    console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
    process.exit(count('failed') > 0 || isSkipFailure ? 1 : 0);
  });
