import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SERVER = join(__dirname, '../../dist/main.js');
const START_LIMIT_MS = 60_000;
const END_LIMIT_MS = 15_000;

export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
}

/**
 * Settings for a server on its embedded defaults in `folder`, which may send to this machine: receivers there have
 * certificates that `caPem` vouches for.
 */
export async function settingsIn(
  folder: string,
  { adminApiKey, caPem }: { adminApiKey: string; caPem: string },
): Promise<Record<string, string>> {
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, caPem);
  return {
    DATA_DIR: join(folder, 'data'),
    ADMIN_API_KEY: adminApiKey,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    NODE_EXTRA_CA_CERTS: caFile,
  };
}

/**
 * The built server as users start it, on a port of its own; `settings` are its whole environment. `program`:
 * another that serves the same.
 */
export async function startServerProcess(
  settings: Record<string, string>,
  program = SERVER,
): Promise<ServerProcess> {
  if (!existsSync(SERVER)) throw new Error('This test starts the built server: `npm run build` first.');
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const output: string[] = [];
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), LOG_FORMAT: 'json', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  const limitMs = Date.now() + START_LIMIT_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > limitMs) {
      await end(child, 'SIGKILL');
      throw new Error(`The server did not get ready. It said:\n${output.join('').slice(-4000)}`);
    }
    await delay(50);
  }
  return { url, stop: () => end(child, 'SIGTERM'), kill: () => end(child, 'SIGKILL') };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  await exited;
  clearTimeout(timer);
}

/** Free a moment ago, which is enough on a test machine. */
async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
