import { createDecipheriv } from 'node:crypto';
import { AesGcmSecretCipher } from './aes-gcm.secret-cipher.js';
import { SecretKeyring } from './secret-keyring.js';

const key = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });
const cipherWith = (...keys: ReturnType<typeof key>[]) => new AesGcmSecretCipher(new SecretKeyring(keys));
const owner = {
  organizationId: '0190b0f6-0000-7000-8000-00000000000a',
  chatbotId: '0190b0f6-0000-7000-8000-00000000000b',
};
const SECRET = 'whsec_secret 🤖';

describe('AES-GCM secret cipher', () => {
  const cipher = cipherWith(key('k1', 1));

  it('gives back what it was given, and never the same ciphertext twice', async () => {
    const one = await cipher.encrypt(SECRET, owner);
    const two = await cipher.encrypt(SECRET, owner);
    expect(one).not.toBe(two);
    await expect(cipher.decrypt(one, owner)).resolves.toBe(SECRET);
    await expect(cipher.decrypt(two, owner)).resolves.toBe(SECRET);
  });

  it('keeps the documented format, so that the key and AES-256-GCM alone recover a secret', async () => {
    const [version, keyId, data] = (await cipher.encrypt(SECRET, owner)).split('.') as [
      string,
      string,
      string,
    ];
    expect([version, keyId]).toEqual(['v1', 'k1']);
    const box = Buffer.from(data, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', Buffer.alloc(32, 1), box.subarray(0, 12));
    decipher.setAAD(
      Buffer.from(JSON.stringify(['webhook-secret', 'v1', 'k1', owner.organizationId, owner.chatbotId])),
    );
    decipher.setAuthTag(box.subarray(12, 28));
    expect(decipher.update(box.subarray(28), undefined, 'utf8') + decipher.final('utf8')).toBe(SECRET);
  });

  it.each([
    ['another chatbot', { ...owner, chatbotId: '0190b0f6-0000-7000-8000-00000000000c' }],
    ['another organization', { ...owner, organizationId: '0190b0f6-0000-7000-8000-00000000000c' }],
  ])('does not open a secret that was copied to %s', async (_what, other) => {
    const stolen = await cipher.encrypt(SECRET, owner);
    await expect(cipher.decrypt(stolen, other)).rejects.toMatchObject({ failure: 'not_authentic' });
  });

  it('opens for the same owner written in upper case', async () => {
    const upper = {
      organizationId: owner.organizationId.toUpperCase(),
      chatbotId: owner.chatbotId.toUpperCase(),
    };
    await expect(cipher.decrypt(await cipher.encrypt(SECRET, upper), owner)).resolves.toBe(SECRET);
  });

  it('notices a change of any byte', async () => {
    const [, , data] = (await cipher.encrypt(SECRET, owner)).split('.') as [string, string, string];
    const box = Buffer.from(data, 'base64url');
    for (let index = 0; index < box.length; index++) {
      const changed = Buffer.from(box);
      changed[index] = (changed[index] as number) ^ 1;
      await expect(cipher.decrypt(`v1.k1.${changed.toString('base64url')}`, owner)).rejects.toMatchObject({
        failure: 'not_authentic',
      });
    }
  });

  it('encrypts with the first key, opens with any, and knows which ciphertexts are behind', async () => {
    const old = await cipher.encrypt(SECRET, owner);
    const rotated = cipherWith(key('k2', 2), key('k1', 1));
    const fresh = await rotated.encrypt(SECRET, owner);
    expect(fresh).toMatch(/^v1\.k2\./);
    await expect(rotated.decrypt(old, owner)).resolves.toBe(SECRET);
    expect([rotated.isCurrent(fresh), rotated.isCurrent(old)]).toEqual([true, false]);
    await expect(cipherWith(key('k2', 2)).decrypt(old, owner)).rejects.toMatchObject({
      failure: 'unknown_key',
    });
  });

  it('tells a reused key id with another key apart', async () => {
    const old = await cipher.encrypt(SECRET, owner);
    await expect(cipherWith(key('k1', 3)).decrypt(old, owner)).rejects.toMatchObject({
      failure: 'not_authentic',
    });
  });

  it.each(['', 'v2.k1.abc', 'v1.k1', 'v1.k1.AAAA', 'whsec_plaintext', 'v1..' + 'A'.repeat(60)])(
    'refuses the malformed ciphertext "%s"',
    async (text) => {
      await expect(cipher.decrypt(text, owner)).rejects.toMatchObject({ failure: 'malformed' });
      expect(cipher.isCurrent(text)).toBe(false);
    },
  );

  it('names neither plaintext, ciphertext nor key in its errors', async () => {
    const stolen = await cipher.encrypt(SECRET, owner);
    const error = await cipher.decrypt(stolen, { ...owner, chatbotId: 'x' }).catch((thrown: Error) => thrown);
    expect(String(error)).not.toContain('whsec_');
    expect(String(error)).not.toContain(stolen.slice(8));
  });
});
