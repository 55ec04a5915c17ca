import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeSnippets } from '../studio/src/verify/snippets.js';
import { signSha256 } from './support/independent-signatures.js';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const BODY = `${JSON.stringify({ eventType: 'lead.captured', data: { name: 'Zoë 👋 </script>' } })}\n`;
const PREFIX = 'X-Acme';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** As an admin pastes it, but for the port; `express` is this project's own. */
describe("the page's Node.js snippet, with a header prefix of one's own", () => {
  let receiver: ChildProcess;
  let url: string;
  let output = '';
  beforeAll(async () => {
    const port = await freePort();
    const { code = '' } = makeSnippets(PREFIX).find(({ language }) => language === 'Node.js') ?? {};
    receiver = spawn(process.execPath, ['--input-type=module', '-'], {
      env: { PATH: process.env['PATH'], WEBHOOK_SECRET: SECRET },
    });
    receiver.stdout?.on('data', (chunk) => (output += chunk));
    receiver.stderr?.on('data', (chunk) => (output += chunk));
    receiver.stdin?.end(code.replace('8080', String(port)));
    url = `http://127.0.0.1:${port}/webhooks`;
    while (receiver.exitCode === null && !(await fetch(url).catch(() => null))) await sleep(25);
    if (receiver.exitCode !== null) throw new Error(output);
  });
  afterAll(async () => {
    const ended = once(receiver, 'exit');
    receiver.kill();
    await ended;
  });

  const send = async (body: string, signature?: string): Promise<number> => {
    const headers = {
      'Content-Type': 'application/json',
      [`${PREFIX}-Delivery-Id`]: 'delivery-1',
      ...(signature !== undefined && { [`${PREFIX}-Signature`]: signature }),
    };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };

  it('accepts what another library signed, and says what came', async () => {
    expect(await send(BODY, await signSha256(SECRET, BODY))).toBe(204);
    while (!output.includes('delivery-1')) await sleep(10);
    expect(output).toContain('delivery-1 lead.captured');
  });

  it('refuses a changed body, a signature cut short, and none', async () => {
    const signature = await signSha256(SECRET, BODY);
    expect(await send(BODY.trim(), signature)).toBe(401);
    expect(await send(BODY, signature.slice(0, -2))).toBe(401);
    expect(await send(BODY)).toBe(401);
  });
});

it.each(['Node.js', 'Python', 'PHP', 'Go'])(
  "the page's %s snippet names the header of the setting",
  (language) => {
    const { code } = makeSnippets(PREFIX).find((snippet) => snippet.language === language)!;
    expect(code.toUpperCase().replaceAll('_', '-')).toContain('X-ACME-SIGNATURE');
  },
);
