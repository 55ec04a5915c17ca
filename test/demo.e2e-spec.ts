import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DEMO = 'examples/demo/demo.mjs';

/** The demo as a person runs it: the built server and the receiver are processes of their own. */
describe('npm run demo', () => {
  let temporary: string;
  let demo: ChildProcess;
  let output: string;

  beforeAll(() => {
    if (!existsSync('dist/main.js')) throw new Error('dist/main.js is missing: run `npm run build` first.');
  });
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-demo-spec-'));
    output = '';
  });
  afterEach(() => {
    demo.kill('SIGKILL');
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  });

  const start = (...args: string[]) => {
    // Nothing of the embedded default may come from here.
    const env = {
      ...process.env,
      TMPDIR: temporary,
      DATABASE_URL: 'postgres://nobody',
      WEBHOOK_PLANS: 'none',
    };
    demo = spawn(process.execPath, [DEMO, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [demo.stdout, demo.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    return new Promise<number | null>((resolve) => demo.once('exit', resolve));
  };
  const printed = async (text: string) => {
    for (let waitedMs = 0; !output.includes(text); waitedMs += 50) {
      if (waitedMs > 60_000) throw new Error(`The demo never printed «${text}», but:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('verifies six deliveries, one of them at the third attempt, and with --exit ends with status 0', async () => {
    const status = await start('--exit');

    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain('6 deliveries, 8 requests, every signature verified.');
    expect(output).toMatch(/lead\.captured +\/waking-up +delivered +204 +3 +✓ ✓ ✓/);
    expect(output.match(/verified ✓/g)).toHaveLength(8);
    expect(readdirSync(temporary)).toEqual([]);
  }, 90_000);

  it('leaves the server open until it is interrupted, and then nothing at all', async () => {
    const ended = start();
    await printed('Ctrl-C');
    const swagger = /Swagger +(\S+)/.exec(output)?.[1] ?? '';
    const key = /API key +(\S+)/.exec(output.slice(output.indexOf('Look around')))?.[1] ?? '';
    const chatbots = new URL('/v1/chatbots', swagger);
    const headers = { authorization: `Bearer ${key}` };

    expect((await fetch(swagger)).status).toBe(200);
    expect((await (await fetch(chatbots, { headers })).json()) as unknown).toMatchObject({
      items: [{ name: expect.any(String) }, { name: expect.any(String) }],
    });

    demo.kill('SIGINT');
    expect(await ended).toBe(130);
    await expect(fetch(swagger)).rejects.toThrow();
    expect(readdirSync(temporary)).toEqual([]);
  }, 90_000);
});
