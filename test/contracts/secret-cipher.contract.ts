import { isNativeError } from 'node:util/types';
import type { SecretCipher } from '../../src/signing/index.js';

const owner = {
  organizationId: '0190b0f6-0000-7000-8000-00000000000a',
  chatbotId: '0190b0f6-0000-7000-8000-00000000000b',
};
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

/** What Signing relies on. Run it on your own key store: `secretCipherContract('my KMS', () => new MyCipher())`. */
export function secretCipherContract(name: string, make: () => SecretCipher | Promise<SecretCipher>): void {
  describe(`SecretCipher: ${name}`, () => {
    let cipher: SecretCipher;
    beforeAll(async () => {
      cipher = await make();
    });

    it('gives back exactly what it was given', async () => {
      for (const text of [SECRET, 'x', 'é🤖\n', 'x'.repeat(1000)]) {
        await expect(cipher.decrypt(await cipher.encrypt(text, owner), owner)).resolves.toBe(text);
      }
    });

    it('shows nothing of the secret in the ciphertext, which PostgreSQL can hold as text', async () => {
      const ciphertext = await cipher.encrypt(SECRET, owner);
      expect(ciphertext).not.toContain(SECRET.slice(6, 16));
      expect(ciphertext).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 20));
      expect(ciphertext).not.toContain('\0');
      expect(ciphertext.isWellFormed()).toBe(true);
    });

    it.each([
      ['chatbot', { ...owner, chatbotId: '0190b0f6-0000-7000-8000-00000000000c' }],
      ['organization', { ...owner, organizationId: '0190b0f6-0000-7000-8000-00000000000c' }],
    ])('opens for its own %s only', async (_what, other) => {
      await expect(cipher.decrypt(await cipher.encrypt(SECRET, owner), other)).rejects.toThrow();
    });

    it('opens nothing that was changed or made up, and never says the secret', async () => {
      const ciphertext = await cipher.encrypt(SECRET, owner);
      const last = ciphertext.length - 6;
      // Another one in hexadecimal too, where `a` and `A` are the same.
      const other = ciphertext[last]?.toUpperCase() === 'A' ? 'B' : 'A';
      const changed = ciphertext.slice(0, last) + other + ciphertext.slice(last + 1);
      for (const text of [changed, ciphertext.slice(0, -8), '', 'nonsense', SECRET]) {
        const error = await cipher.decrypt(text, owner).then(
          () => Promise.reject(new Error(`opened ${text}`)),
          (thrown: unknown) => thrown,
        );
        // Not instanceof: under Jest, an error of Node's own crypto comes from another realm.
        expect(isNativeError(error)).toBe(true);
        expect(String((error as Error).stack)).not.toContain(SECRET.slice(6));
      }
    });

    it('calls what it has just encrypted current, and answers for anything else without throwing', async () => {
      expect(cipher.isCurrent(await cipher.encrypt(SECRET, owner))).toBe(true);
      expect(cipher.isCurrent('nonsense')).toBe(false);
    });

    it('serves many at once', async () => {
      const texts = Array.from({ length: 50 }, (_, index) => `secret ${index}`);
      const back = await Promise.all(
        texts.map(async (text) => cipher.decrypt(await cipher.encrypt(text, owner), owner)),
      );
      expect(back).toEqual(texts);
    });
  });
}
