import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fencedBlock } from './support/markdown.js';
import { whereInstalled } from './support/where-installed.js';

const SERVER = resolve('dist/main.js');
const END_OF_STEP = '--- end of step ---';

/** The README's shell blocks, run as they stand but for ports, paths and how the server is started. */
function tourScript(ports: { api: number; receiver: number }): string {
  const adapted = (marker: string) =>
    fencedBlock('README.md', marker)
      .replaceAll(':3000', `:${ports.api}`)
      .replaceAll('8443', String(ports.receiver))
      .replace('node examples/', `node ${resolve('examples')}/`);
  const server = adapted('tour: server')
    .replace(/^npm run build\n/m, '')
    .replace('npm start', `PORT=${ports.api} DATA_DIR=data exec node ${SERVER} >server.log 2>&1`);
  return `
set -euo pipefail
(${server}) &
SERVER=$!
trap 'kill $SERVER $RECEIVER 2>/dev/null || true; wait || true' EXIT
RECEIVER=
for _ in $(seq 300); do curl -sf http://127.0.0.1:${ports.api}/health/ready >/dev/null && break; sleep 0.1; done
${['1', '2', '3', '4'].map((step) => `${adapted(`tour: ${step}`)}\necho; echo '${END_OF_STEP}'`).join('\n')}`;
}

describe('the tour of the README', () => {
  whereInstalled('curl', 'the tour', () =>
    whereInstalled('openssl', 'the tour', () => {
      let folder: string;
      let shell: ChildProcess;
      let steps: string[] = [];
      let errors = '';

      beforeAll(async () => {
        if (!existsSync(SERVER)) throw new Error('dist/main.js is missing: run `npm run build` first.');
        folder = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-tour-'));
        const script = tourScript({ api: await freePort(), receiver: await freePort() });
        const { PATH, HOME } = process.env;
        // A group of its own: whatever it leaves running can be ended together.
        shell = spawn('bash', ['-c', script], { cwd: folder, env: { PATH, HOME }, detached: true });
        let output = '';
        shell.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
        shell.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
        const status = await new Promise((done) => shell.once('close', done));
        steps = output.split(END_OF_STEP);
        if (status !== 0) throw new Error(`The tour stopped with status ${status}:\n${output}\n${errors}`);
      }, 90_000);

      afterAll(() => {
        try {
          process.kill(-(shell.pid as number), 'SIGKILL');
        } catch {
          // Nothing was left.
        }
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      });

      it('saves a webhook whose secret is made', () => {
        expect(JSON.parse(steps[1] ?? '')).toMatchObject({ enabled: true, secret: { configured: true } });
      });

      it('shows the event at the receiver, verified, and in the list, delivered', () => {
        const [listening, accepted, received, list] = (steps[2] ?? '').trim().split('\n');
        expect(listening).toContain('listening on https://127.0.0.1:');
        expect(`${accepted}\n${received}`).toMatch(/event: .*"name":"Ada"/);
        expect(`${accepted}\n${received}`).toContain('"outcome":"queued"');
        expect(JSON.parse(list ?? '')).toMatchObject({
          items: [{ eventType: 'lead.captured', status: 'delivered', responseStatus: 204, attemptCount: 1 }],
        });
      });

      it('shows three attempts at a receiver that is gone, one and four seconds apart', () => {
        const { status, test, attempts } = JSON.parse(steps[3] ?? '') as {
          status: string;
          test: boolean;
          attempts: { startedAt: string; error: { code: string } }[];
        };
        expect({ status, test }).toEqual({ status: 'pending', test: true });
        expect(attempts.map(({ error }) => error.code)).toEqual(Array(3).fill('connection_refused'));
        const [first = 0, second = 0, third = 0] = attempts.map(({ startedAt }) => Date.parse(startedAt));
        expect((second - first) / 1000).toBeCloseTo(1, 0);
        expect((third - second) / 1000).toBeCloseTo(4, 0);
      });
    }),
  );
});

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}
