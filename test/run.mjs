// `npm test`: unit and end-to-end tests on the embedded defaults, then the end-to-end tests once more on
// PostgreSQL and Redis where these answer (DATABASE_URL and REDIS_URL, else localhost's default ports).
// REQUIRE_SERVICES=1 makes it a failure when they do not. Arguments go to Jest: `npm test -- recent -t cursor`.
import { Redis } from 'ioredis';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const JEST = require.resolve('jest/bin/jest');
const NEST = require.resolve('@nestjs/cli/bin/nest.js');

/** A spec that boots the application on the engine it is told to: these run on both. */
const USES_ENGINE = /support\/(app|access-app|engine)\.js/;

/** Variables of the product: a developer's own settings must not decide how tests end. */
const PRODUCT_VARIABLES =
  /^(HOST|PORT|DATABASE_URL|REDIS_URL|DATA_DIR|PROCESS_ROLE|ADMIN_API_KEY|TRUST_PROXY|SECRET_KEYS|WEBHOOK_.*|DELIVERY_.*|API_RATE_LIMIT|PUBLIC_OPERATIONS|JWT_.*|LOG_.*|NODE_TLS_REJECT_UNAUTHORIZED)$/;

process.chdir(ROOT);
const say = (text) => process.stdout.write(`\n${text}\n`);

const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !PRODUCT_VARIABLES.test(name)),
);

function run(command, args, env = cleanEnvironment) {
  return new Promise((done) => {
    spawn(command, args, { stdio: 'inherit', env }).once('close', (code) => done(code ?? 1));
  });
}

/** Some tests read the built server and its OpenAPI document. */
async function buildIfStale() {
  const newestMs = (folder) =>
    Math.max(
      ...readdirSync(folder, { recursive: true })
        .filter((name) => !name.endsWith('.spec.ts'))
        .map((name) => statSync(join(folder, name)).mtimeMs),
    );
  if (existsSync('dist/main.js') && statSync('dist/main.js').mtimeMs > newestMs('src')) return;
  say('Building the server, which some tests start …');
  const code = await run(process.execPath, [NEST, 'build']);
  if (code !== 0) process.exit(code);
}

async function postgresAnswers(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      'SELECT rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user',
    );
    return rows[0]?.may === true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function redisAnswers(url) {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function firstThat(answers, urls) {
  for (const url of urls) if (await answers(url)) return url;
  return null;
}

/** @returns {Promise<{DATABASE_URL: string, REDIS_URL: string} | {missing: string}>} */
async function findServers() {
  const postgresUrls = process.env.DATABASE_URL
    ? [process.env.DATABASE_URL]
    : [
        `postgres://${userInfo().username}@127.0.0.1:5432/postgres`,
        'postgres://postgres:postgres@127.0.0.1:5432/postgres',
      ];
  const [DATABASE_URL, REDIS_URL] = await Promise.all([
    firstThat(postgresAnswers, postgresUrls),
    firstThat(redisAnswers, [process.env.REDIS_URL ?? 'redis://127.0.0.1:6379']),
  ]);
  const missing = [
    ...(DATABASE_URL ? [] : ['PostgreSQL (with the right to create databases)']),
    ...(REDIS_URL ? [] : ['Redis']),
  ];
  return missing.length > 0 ? { missing: missing.join(' and ') } : { DATABASE_URL, REDIS_URL };
}

const totals = { passed: 0, failed: 0, skipped: 0 };
const reports = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-report-'));

/** @returns the report of Jest, added to the totals */
async function runJest(part, args, env) {
  const file = join(reports, `${part}.json`);
  const code = await run(process.execPath, [JEST, '--json', '--outputFile', file, ...args], {
    ...cleanEnvironment,
    ...env,
  });
  if (!existsSync(file)) {
    totals.failed += 1;
    return null;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += report.numPassedTests;
  // A file that does not even load has no tests to fail.
  totals.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  if (code !== 0 && report.numFailedTests + report.numRuntimeErrorTestSuites === 0) totals.failed += 1;
  return report;
}

const engineSpecs = readdirSync('test', { recursive: true })
  .filter((name) => /spec\.ts$/.test(name) && USES_ENGINE.test(readFileSync(join('test', name), 'utf8')))
  .map((name) => resolve('test', name));
const given = process.argv.slice(2);
const firstOption = given.findIndex((text) => text.startsWith('-'));
const patterns = firstOption === -1 ? given : given.slice(0, firstOption);
const options = given.slice(patterns.length);

await buildIfStale();
say('1 of 2: unit tests, and end-to-end tests on the embedded PostgreSQL and the in-process queue');
const embedded = await runJest('embedded', given, { TEST_ENGINE: 'embedded' });

say('2 of 2: the same end-to-end tests on PostgreSQL and Redis');
const servers = await findServers();
if ('missing' in servers) {
  const count = (embedded?.testResults ?? [])
    .filter(({ name }) => engineSpecs.includes(name))
    .reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
  totals.skipped += count;
  say(
    `*** SKIPPED: ${count} end-to-end tests on PostgreSQL and Redis, because ${servers.missing} did not answer.`,
  );
  say('*** Set DATABASE_URL and REDIS_URL, or start both on their default ports of this machine.');
  if (process.env.REQUIRE_SERVICES === '1') {
    say('*** REQUIRE_SERVICES=1 asks for them: this is a failure.');
    totals.failed += 1;
  }
} else {
  const chosen = engineSpecs.filter(
    (name) => patterns.length === 0 || patterns.some((text) => name.includes(text)),
  );
  if (chosen.length > 0) {
    const env = { TEST_ENGINE: 'servers', ...servers };
    await runJest('servers', ['--runTestsByPath', ...chosen, ...options], env);
  }
}

rmSync(reports, { recursive: true, force: true });
say(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);
