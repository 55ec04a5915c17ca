import { AesGcmSecretCipher } from './aes-gcm.secret-cipher.js';
import { defaultWebhookSigner } from './composite.webhook-signer.js';
import { SecretKeyring } from './secret-keyring.js';
import { SigningService } from './signing.service.js';

// By path: the package exports itself to `import` only, and Jest's resolver asks for `require`.
const { verify } = jest.requireActual<typeof import('@octokit/webhooks-methods')>(
  '../../node_modules/@octokit/webhooks-methods/dist-node/index.js',
);

const owner = {
  organizationId: '0190b0f6-0000-7000-8000-00000000000a',
  chatbotId: '0190b0f6-0000-7000-8000-00000000000b',
};
const body = Buffer.from('{"a":"é"}\n');
const now = new Date('2026-01-02T03:04:05.678Z');
const deliveryId = '0190b0f6-0000-7000-8000-000000000001';

/** Counts what reaches the key store. */
class CountingCipher extends AesGcmSecretCipher {
  opened = 0;
  failures = 0;
  override async decrypt(...args: Parameters<AesGcmSecretCipher['decrypt']>): Promise<string> {
    this.opened++;
    if (this.failures-- > 0) throw new Error('key store is away');
    return super.decrypt(...args);
  }
}

function arrange(...ids: string[]) {
  const keys = (ids.length > 0 ? ids : ['k1']).map((id) => ({ id, key: Buffer.alloc(32, id) }));
  const cipher = new CountingCipher(new SecretKeyring(keys));
  return { cipher, signing: new SigningService(cipher, defaultWebhookSigner('X-Hyperleap')) };
}

describe('SigningService', () => {
  it('makes secrets of 32 random bytes that can be shown again, with a hint of the last four characters', async () => {
    const { signing } = arrange();
    const stored = await signing.generate(owner);
    const secret = await signing.reveal(stored, owner);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(stored.hint).toBe(`whsec_…${secret.slice(-5, -1)}`);
    expect(stored.ciphertext).not.toContain(secret.slice(6, 16));
    expect(await signing.reveal(await signing.generate(owner), owner)).not.toBe(secret);
  });

  it('signs nothing without a secret', async () => {
    const { signing } = arrange();
    await expect(signing.headersFor({ owner, secrets: [], deliveryId, body, now })).resolves.toEqual({});
  });

  it('signs with the secret as shown, at the second of the attempt', async () => {
    const { signing } = arrange();
    const stored = await signing.generate(owner);
    const headers = await signing.headersFor({ owner, secrets: [stored], deliveryId, body, now });
    const secret = await signing.reveal(stored, owner);
    await expect(verify(secret, body.toString(), headers['X-Hyperleap-Signature'] as string)).resolves.toBe(
      true,
    );
    expect(headers['webhook-timestamp']).toBe('1767323045');
    expect(headers['webhook-id']).toBe(deliveryId);
  });

  it('asks the key store once per secret, however many attempts need it at once', async () => {
    const { cipher, signing } = arrange();
    const stored = await signing.generate(owner);
    const request = { owner, secrets: [stored], deliveryId, body, now };
    await Promise.all(Array.from({ length: 50 }, () => signing.headersFor(request)));
    expect(cipher.opened).toBe(1);
  });

  it('asks the key store again after it failed', async () => {
    const { cipher, signing } = arrange();
    const stored = await signing.generate(owner);
    const request = { owner, secrets: [stored], deliveryId, body, now };
    cipher.failures = 1;
    await expect(signing.headersFor(request)).rejects.toThrow('key store is away');
    await expect(signing.headersFor(request)).resolves.toHaveProperty('webhook-signature');
  });

  it('does not sign for another chatbot with a copied row, though the secret is in the cache', async () => {
    const { signing } = arrange();
    const stored = await signing.generate(owner);
    const request = { secrets: [stored], deliveryId, body, now };
    await signing.headersFor({ ...request, owner });
    const thief = { ...owner, chatbotId: '0190b0f6-0000-7000-8000-00000000000c' };
    await expect(signing.headersFor({ ...request, owner: thief })).rejects.toMatchObject({
      failure: 'not_authentic',
    });
  });

  it('re-encrypts under the current key without changing the secret, and only where needed', async () => {
    const { signing: before } = arrange('k1');
    const { signing: after } = arrange('k2', 'k1');
    const stored = await before.generate(owner);
    expect(after.isCurrent(stored)).toBe(false);
    const moved = await after.reencrypt(stored, owner);
    expect(moved.ciphertext).toMatch(/^v1\.k2\./);
    expect(moved.hint).toBe(stored.hint);
    await expect(after.reveal(moved, owner)).resolves.toBe(await before.reveal(stored, owner));
    await expect(after.reencrypt(moved, owner)).resolves.toBe(moved);
  });
});

describe('verifying a pasted request', () => {
  async function request() {
    const { signing } = arrange();
    const [current, previous] = [await signing.generate(owner), await signing.generate(owner)];
    const headers = await signing.headersFor({ owner, secrets: [current, previous], deliveryId, body, now });
    const old = await signing.headersFor({ owner, secrets: [previous], deliveryId, body, now });
    const claim = {
      owner,
      secrets: [current, previous],
      body,
      webhookId: deliveryId,
      webhookTimestamp: headers['webhook-timestamp'] as string,
    };
    const hyperleap = headers['X-Hyperleap-Signature'] as string;
    return { signing, claim, hyperleap, standard: headers['webhook-signature'] as string, old };
  }

  it('finds either scheme valid, white space around it or not', async () => {
    const { signing, claim, hyperleap, standard } = await request();
    const { webhookId: _id, webhookTimestamp: _timestamp, ...alone } = claim;
    await expect(signing.verify({ ...alone, signature: ` ${hyperleap}\n` })).resolves.toMatchObject({
      valid: true,
      scheme: 'X-Hyperleap-Signature',
    });
    await expect(
      signing.verify({ ...claim, body: body.toString(), signature: standard }),
    ).resolves.toMatchObject({
      valid: true,
      scheme: 'webhook-signature',
    });
  });

  it('says when it is the previous secret that fits', async () => {
    const { signing, claim, old } = await request();
    const verdict = await signing.verify({ ...claim, signature: old['webhook-signature'] as string });
    expect(verdict).toMatchObject({ valid: true, message: expect.stringContaining('previous') });
  });

  it.each([
    ['a changed body', { body: Buffer.from('{"a":"é"}') }, 'raw bytes'],
    ['a signature without its prefix', { signature: 'ab'.repeat(32) }, 'sha256='],
    ['upper-case digits', { signature: `sha256=${'AB'.repeat(32)}` }, 'lower case'],
    ['a missing webhook-id', { signature: 'v1,abc', webhookId: undefined }, 'fill in webhook-id'],
    ['a timestamp in words', { signature: 'v1,abc', webhookTimestamp: 'noon' }, 'digits only'],
    ['the delivery id instead of a signature', { signature: deliveryId }, 'raw bytes'],
    ['the timestamp instead of a signature', { signature: '1767323045' }, 'raw bytes'],
    ['nothing', { signature: '' }, 'raw bytes'],
    ['thousands of signatures', { signature: 'v1,x '.repeat(5000) }, 'raw bytes'],
    ['no secret at all', { secrets: [] }, 'no secret'],
  ])('refuses %s and says what to look at', async (_what, change, hint) => {
    const { signing, claim, hyperleap } = await request();
    const verdict = await signing.verify({ ...claim, signature: hyperleap, ...change });
    expect(verdict).toMatchObject({ valid: false, scheme: null });
    expect(verdict.message).toContain(hint);
  });
});
