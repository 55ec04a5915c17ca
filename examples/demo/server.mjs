import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** A start takes seconds, on a machine that is busy with other things minutes. */
const START_LIMIT_MS = 300_000;
const KEPT_LOG_LINES = 40;

/**
 * Starts the real server on its embedded defaults: nothing of this shell's settings reaches it.
 *
 * @param {import('../support/child-processes.mjs').ChildProcesses} children
 * @param {{ folder: string, adminApiKey: string, caPem: string }} options
 * @returns {Promise<{ url: string, startedInMs: number, child: import('node:child_process').ChildProcess }>}
 */
export async function startServer(children, { folder, adminApiKey, caPem }) {
  await mkdir(folder, { recursive: true });
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, caPem);
  const port = await findFreePort();
  const startedAtMs = performance.now();
  const log = [];
  const child = children.start(SERVER, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      ADMIN_API_KEY: adminApiKey,
      // The receiver of this demo lives on this machine, behind a certificate that only this demo trusts.
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      NODE_EXTRA_CA_CERTS: caFile,
      LOG_FORMAT: 'json',
    },
    onOutput: (text) => {
      log.push(...text.split('\n').filter((line) => line !== ''));
      log.splice(0, log.length - KEPT_LOG_LINES);
    },
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url))) {
    const isGone = child.exitCode !== null || child.signalCode !== null;
    if (isGone || performance.now() - startedAtMs > START_LIMIT_MS) {
      throw new Error(
        `The server ${isGone ? 'stopped' : 'is not ready after five minutes'}. It said:\n${log.join('\n')}`,
      );
    }
    await delay(50);
  }
  return { url, child, startedInMs: performance.now() - startedAtMs };
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/** Free a moment ago: nobody else on a developer's machine is likely to take it in between. */
function findFreePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
