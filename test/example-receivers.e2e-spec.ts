import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { createCertificateAuthority } from './support/certificates.js';
import { signSha256, StandardWebhook } from './support/independent-signatures.js';
import { whereInstalled } from './support/where-installed.js';

const RECEIVERS = [
  { language: 'Node', command: process.execPath, script: 'examples/receivers/node/receiver.mjs' },
  { language: 'Python', command: 'python3', script: 'examples/receivers/python/receiver.py' },
];

describe.each(RECEIVERS)('the example receiver in $language', ({ language, command, script }) => {
  whereInstalled(command, `the ${language} receiver`, () => {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    let folder: string;
    let child: ChildProcess;
    let output = '';
    let url: string;
    let agent: Agent;

    const printed = async (text: string): Promise<void> => {
      for (let waitedMs = 0; !output.includes(text); waitedMs += 20) {
        if (waitedMs > 10_000) throw new Error(`The receiver never printed «${text}», but:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'chatbot-webhooks-receiver-'));
      const authority = await createCertificateAuthority();
      const { certPem, keyPem } = await authority.issue(['127.0.0.1']);
      await writeFile(join(folder, 'cert.pem'), certPem);
      await writeFile(join(folder, 'key.pem'), keyPem, { mode: 0o600 });
      child = spawn(
        command,
        [script, '--port', '0', '--cert', join(folder, 'cert.pem'), '--key', join(folder, 'key.pem')],
        { env: { ...process.env, WEBHOOK_SECRET: secret }, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
      }
      await printed('listening on ');
      url = /listening on (\S+)/.exec(output)?.[1] ?? '';
      agent = new Agent({ connect: { ca: authority.caPem } });
    });

    afterAll(async () => {
      child?.kill('SIGTERM');
      await agent?.destroy();
      await rm(folder, { recursive: true, force: true });
    });

    /** Signed by libraries that this project did not write. */
    const signedRequest = async (data: unknown, overrides: { sentAt?: Date; key?: string } = {}) => {
      const { sentAt = new Date(), key = secret } = overrides;
      const deliveryId = randomUUID();
      const body = `${JSON.stringify({ eventType: 'lead.captured', deliveryId, data })}\n`;
      return {
        deliveryId,
        body,
        headers: {
          'content-type': 'application/json',
          'x-hyperleap-signature': await signSha256(key, body),
          'webhook-id': deliveryId,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': new StandardWebhook(key).sign(deliveryId, sentAt, body),
        } as Record<string, string>,
      };
    };
    const post = async (body: string, headers: Record<string, string>): Promise<number> => {
      const answer = await request(url, { method: 'POST', body, headers, dispatcher: agent });
      await answer.body.dump();
      return answer.statusCode;
    };

    it('accepts what is signed, whatever characters the payload holds, and handles it', async () => {
      const { deliveryId, body, headers } = await signedRequest({ name: 'Zoë 👋 </script> \u2028' });

      expect(await post(body, headers)).toBe(204);
      await printed(deliveryId);
      expect(output).toContain('Zoë 👋 </script>');
    });

    it('answers a retry with 2xx without handling the event again', async () => {
      const { deliveryId, body, headers } = await signedRequest({ name: 'Ada' });

      expect(await post(body, headers)).toBe(204);
      expect(await post(body, headers)).toBe(204);

      await printed(deliveryId);
      await printed('duplicate');
      expect(output.split(deliveryId)).toHaveLength(2);
    });

    it.each([
      ['a body that was changed', ({ body, headers }: Signed) => post(body.replace('Ada', 'Eve'), headers)],
      ['a body that was only formatted anew', ({ body, headers }: Signed) => post(body.trim(), headers)],
      ['no signature', ({ body, headers }: Signed) => post(body, without(headers, 'x-hyperleap-signature'))],
      [
        'a signature of another length',
        ({ body, headers }: Signed) => post(body, { ...headers, 'x-hyperleap-signature': 'sha256=ab' }),
      ],
      [
        'the right digits in upper case',
        ({ body, headers }: Signed) =>
          post(body, {
            ...headers,
            'x-hyperleap-signature': (headers['x-hyperleap-signature'] ?? '').toUpperCase(),
          }),
      ],
      [
        'a signature with characters beyond ASCII',
        ({ body, headers }: Signed) =>
          post(body, { ...headers, 'x-hyperleap-signature': `sha256=${'é'.repeat(64)}` }),
      ],
      [
        'a timestamp that the signature does not cover',
        ({ body, headers }: Signed) =>
          post(body, { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) }),
      ],
      [
        'no webhook-signature',
        ({ body, headers }: Signed) => post(body, without(headers, 'webhook-signature')),
      ],
    ])('refuses %s', async (_, send) => {
      const signed = await signedRequest({ name: 'Ada' });

      expect(await send(signed)).toBe(401);
      expect(output).not.toContain(signed.deliveryId);
    });

    it('refuses a request that was signed with another secret', async () => {
      const { body, headers } = await signedRequest(
        {},
        { key: `whsec_${randomBytes(32).toString('base64')}` },
      );
      expect(await post(body, headers)).toBe(401);
    });

    it('refuses a recording that is played again six minutes later', async () => {
      const { body, headers } = await signedRequest({}, { sentAt: new Date(Date.now() - 6 * 60_000) });
      expect(await post(body, headers)).toBe(401);
    });

    it('accepts the new signature beside the old one while two secrets overlap', async () => {
      const { deliveryId, body, headers } = await signedRequest({});
      const older = new StandardWebhook(randomBytes(32).toString('base64')).sign(
        deliveryId,
        new Date(),
        body,
      );
      expect(
        await post(body, { ...headers, 'webhook-signature': `${older} ${headers['webhook-signature']}` }),
      ).toBe(204);
    });

    it('refuses a body that is too large with 413 and lives on', async () => {
      const { body, headers } = await signedRequest({});
      expect(await post('x'.repeat(1_100_000), headers).catch(() => 413)).toBe(413);
      expect(await post(body, headers)).toBe(204);
    });
  });
});

type Signed = { body: string; headers: Record<string, string> };

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
