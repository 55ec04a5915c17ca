import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { DataSource } from 'typeorm';
import { SecretReencryption } from '../src/chatbot-settings/index.js';
import { SigningService } from '../src/signing/index.js';
import { startApp, startReceiver, type TestApp, type TestChatbot } from './support/app.js';
import { type Engine, newEngine } from './support/engine.js';
import type { ScriptedReceiver } from './support/receiver.js';

const OLD = `old:${Buffer.alloc(32, 1).toString('base64')}`;
const NEW = `new:${Buffer.alloc(32, 2).toString('base64')}`;

let receiver: ScriptedReceiver;
let engine: Engine;
let app: TestApp;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  engine = await newEngine();
  app = await startApp({ engine, environment: { SECRET_KEYS: OLD } });
});
afterEach(async () => {
  await app.close();
  await engine.drop();
});

async function restartWith(SECRET_KEYS: string): Promise<void> {
  await app.close();
  app = await startApp({ engine, environment: { SECRET_KEYS } });
}

const run = () => app.app.get(SecretReencryption).run();
const query = (statement: string, parameters: unknown[] = []) =>
  app.app.get(DataSource).query(statement, parameters);

/** The key ids that ciphertexts name, each with how many do. */
async function keysInUse(): Promise<Record<string, number>> {
  const rows = (await query(`
    SELECT split_part(ciphertext, '.', 2) AS id, count(*)::integer FROM (
      SELECT unnest(ARRAY[secret_ciphertext, previous_secret_ciphertext]) AS ciphertext
      FROM chatbot_webhooks.webhook_settings
    ) AS secrets WHERE ciphertext IS NOT NULL GROUP BY 1`)) as { id: string; count: number }[];
  return Object.fromEntries(rows.map(({ id, count }) => [id, count]));
}

async function expectSignedWith(secret: string, chatbot: TestChatbot): Promise<void> {
  const [request] = await receiver.waitForDelivery(await app.emit(chatbot));
  const mac = createHmac('sha256', secret).update(request!.body).digest('hex');
  expect(request!.headers['x-hyperleap-signature']).toBe(`sha256=${mac}`);
}

describe('re-encryption', () => {
  it('brings current and previous secrets under the new key, while the server serves', async () => {
    const plain = await app.newChatbot({ url: receiver.url() });
    const overlapping = await app.newChatbot({ url: receiver.url() });
    const removed = await app.newChatbot({ url: receiver.url() });
    await app.api.post(`${overlapping.path}/webhook/secret/regenerate`, { overlapSeconds: 3600 });
    await app.api.delete(`${removed.path}/webhook/secret`);
    const secret = await app.secretOf(plain);
    const before = (await app.api.get(`${plain.path}/webhook`)).headers.get('etag');
    expect(await keysInUse()).toEqual({ old: 3 });

    await restartWith(`${NEW},${OLD}`);
    await expectSignedWith(secret, plain);
    expect(await run()).toEqual({ chatbots: 3, reencrypted: 2, changedMeanwhile: 0, failed: [] });
    expect(await keysInUse()).toEqual({ new: 3 });
    expect(await app.secretOf(plain)).toBe(secret);
    await expectSignedWith(secret, plain);
    expect((await app.api.get(`${plain.path}/webhook`)).headers.get('etag')).toBe(before);

    const { items } = (await app.api.get(`/v1/audit-log?organizationId=${plain.organizationId}`)).body;
    expect(items).toContainEqual(
      expect.objectContaining({ action: 'secret.reencrypted', actor: 'system', subjectId: plain.id }),
    );
    expect(await run()).toEqual({ chatbots: 3, reencrypted: 0, changedMeanwhile: 0, failed: [] });

    await restartWith(NEW);
    expect(await app.secretOf(plain)).toBe(secret);
    await expectSignedWith(secret, plain);
    const [request] = await receiver.waitForDelivery(await app.emit(overlapping));
    expect((request!.headers['webhook-signature'] as string).split(' ')).toHaveLength(2);
  });

  it('never brings back a secret that was regenerated or removed in that very moment', async () => {
    const regenerated = await app.newChatbot({ url: receiver.url() });
    const removed = await app.newChatbot({ url: receiver.url() });
    await restartWith(`${NEW},${OLD}`);
    const signing = app.app.get(SigningService);
    const reencrypt = signing.reencrypt.bind(signing);
    let latest = '';
    jest.spyOn(signing, 'reencrypt').mockImplementation(async (stored, owner) => {
      const renewed = await reencrypt(stored, owner);
      if (owner.chatbotId === regenerated.id) {
        latest = (await app.api.post(`${regenerated.path}/webhook/secret/regenerate`, {})).body.secret;
      } else await app.api.delete(`${removed.path}/webhook/secret`);
      return renewed;
    });
    expect(await run()).toEqual({ chatbots: 2, reencrypted: 0, changedMeanwhile: 2, failed: [] });
    expect(await app.secretOf(regenerated)).toBe(latest);
    (await app.api.get(`${removed.path}/webhook/secret`)).expect(404);
    expect(await keysInUse()).toEqual({ new: 1 });
  });

  it('and saves of settings at the same time lose nothing of each other', async () => {
    const chatbots = await Promise.all(
      Array.from({ length: 20 }, () => app.newChatbot({ url: receiver.url() })),
    );
    await restartWith(`${NEW},${OLD}`);
    const saves = chatbots.map((chatbot, index) => app.save(chatbot, { url: receiver.url(`/${index}`) }));
    const [report] = await Promise.all([run(), ...saves]);
    expect(report).toMatchObject({ chatbots: 20, reencrypted: 20, failed: [] });
    expect(await keysInUse()).toEqual({ new: 20 });
    for (const [index, { path }] of chatbots.entries()) {
      expect((await app.api.get(`${path}/webhook`)).body.url).toBe(receiver.url(`/${index}`));
    }
  });

  it('goes on past a secret that does not open, and names its chatbot', async () => {
    const chatbots = await Promise.all([1, 2, 3].map(() => app.newChatbot({ url: receiver.url() })));
    const [broken] = chatbots.map(({ id }) => id).sort();
    await query(
      `UPDATE chatbot_webhooks.webhook_settings SET secret_ciphertext = secret_ciphertext || 'AAAA' WHERE chatbot_id = $1`,
      [broken],
    );
    await restartWith(`${NEW},${OLD}`);
    const report = await run();
    expect(report).toMatchObject({ chatbots: 3, reencrypted: 2, failed: [{ chatbotId: broken }] });
    expect(await keysInUse()).toEqual({ new: 2, old: 1 });
  });

  it('goes through every page', async () => {
    const signing = app.app.get(SigningService);
    const rows = await Promise.all(
      Array.from({ length: 450 }, async () => {
        const owner = { organizationId: randomUUID(), chatbotId: randomUUID() };
        return { ...owner, ...(await signing.generate(owner)) };
      }),
    );
    await query(
      `INSERT INTO chatbot_webhooks.webhook_settings
         (chatbot_id, organization_id, version, is_enabled, event_types, secret_ciphertext, updated_at)
       SELECT (r->>'chatbotId')::uuid, (r->>'organizationId')::uuid, 1, false, '{}', r->>'ciphertext', now()
       FROM jsonb_array_elements($1::jsonb) AS r`,
      [JSON.stringify(rows)],
    );
    await restartWith(`${NEW},${OLD}`);
    expect(await run()).toMatchObject({ chatbots: 450, reencrypted: 450, failed: [] });
    expect(await keysInUse()).toEqual({ new: 450 });
  });

  it('is a command, which prints what it did and no secret', async () => {
    if (!existsSync('dist/reencrypt.js')) throw new Error('Run `npx nest build` first.');
    const chatbot = await app.newChatbot({ url: receiver.url() });
    const secret = await app.secretOf(chatbot);
    const { PATH, HOME } = process.env;
    const command = (SECRET_KEYS: string) =>
      promisify(execFile)(process.execPath, ['dist/reencrypt.js'], {
        env: { PATH, HOME, ...(engine.environment as Record<string, string>), SECRET_KEYS },
      });
    // The embedded database has room for one process.
    if (engine.environment['DATABASE_URL'] === undefined) await app.close();
    const first = await command(`${NEW},${OLD}`);
    expect(first).toEqual({
      stdout: '1 chatbots: 1 re-encrypted, 0 changed meanwhile, 0 failed, 0 under the current key already.\n',
      stderr: '',
    });
    expect((await command(`${NEW},${OLD}`)).stdout).toContain('1 under the current key already');
    const failed = await command(OLD).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('which SECRET_KEYS does not name'),
    });

    await restartWith(NEW);
    expect(await keysInUse()).toEqual({ new: 1 });
    expect(await app.secretOf(chatbot)).toBe(secret);
  });
});
