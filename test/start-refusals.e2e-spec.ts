import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, readEnvironment } from '../src/config/index.js';

const SERVER = 'dist/main.js';
/** In a wrong value, it must not be printed. */
const CANARY = 'canary-5f1c';

/** Starts the built server as a process of its own, which is expected to end at once. */
async function start(environment: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'chatbot-webhooks-start-'));
  const { PATH, HOME } = process.env;
  const server = spawn(process.execPath, [SERVER], {
    env: { PATH, HOME, PORT: '0', DATA_DIR: join(folder, 'data'), ...environment },
    // A server that does start is a failure, not a process that stays behind.
    timeout: 50_000,
  });
  let output = '';
  server.stdout.on('data', (data: Buffer) => (output += data.toString()));
  server.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const status = await new Promise((resolve) => server.once('close', resolve));
  const leftBehind = readdirSync(folder);
  await rm(folder, { recursive: true });
  return { status, output, leftBehind };
}

describe('the server refuses to start, in one line that names the variable and never its value', () => {
  beforeAll(() => {
    if (!existsSync(SERVER)) throw new Error(`${SERVER} is missing: run \`npx nest build\` first.`);
  });

  it.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    ['SECRET_KEYS', { SECRET_KEYS: `k1:${CANARY}` }],
    ['SECRET_KEYS', { DATABASE_URL: `postgres://user:${CANARY}@127.0.0.1/none` }],
  ])(
    '%s: %j',
    async (name, environment) => {
      const { status, output, leftBehind } = await start(environment as Record<string, string>);
      expect(output).toMatch(new RegExp(`^${name} wants .+\n$`));
      expect(output).not.toContain(CANARY);
      expect({ status, leftBehind }).toEqual({ status: 1, leftBehind: [] });
    },
    60_000,
  );
});

/** Read as the server reads them, without a process for each. */
describe('a wrong value is not repeated', () => {
  it.each([
    ['DATABASE_URL', `mysql://user:${CANARY}@127.0.0.1/none`],
    ['REDIS_URL', `http://:${CANARY}@127.0.0.1`],
    ['ADMIN_API_KEY', `${CANARY} with spaces`],
    ['WEBHOOK_PROXY_URL', `socks5://user:${CANARY}@127.0.0.1`],
    ['WEBHOOK_ALLOWED_NETWORKS', CANARY],
    ['TRUST_PROXY', CANARY],
    ['TRUST_PROXY', `10.0.0.0/8,${CANARY}`],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', '11'],
    ['WEBHOOK_TEST_LIMIT', CANARY],
    ['WEBHOOK_TEST_LIMIT', '-1'],
    ['JWT_JWKS_URL', `http://${CANARY}`],
  ])('%s=%s', (name, value) => {
    const read = () => readEnvironment({ [name]: value });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(new RegExp(`^${name} wants (?!.*${CANARY})`));
  });
});
