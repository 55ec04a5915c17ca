import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { SecretCache } from './secret-cache.js';
import { SecretCipher, type SecretOwner } from './secret-cipher.js';
import { findMatch, type SignatureClaim, type SignatureVerdict } from './signature-check.js';
import { SECRET_PREFIX, SigningSecret } from './signing-secret.js';
import { WebhookSigner } from './webhook-signer.js';

/** A secret as other rooms keep it: encrypted, with a hint that may be shown. */
export interface StoredSecret {
  readonly ciphertext: string;
  /** Such as `whsec_…abcd`: enough to tell two secrets apart. */
  readonly hint: string;
}

/** The part of a stored secret that opens it. */
export type SealedSecret = Pick<StoredSecret, 'ciphertext'>;

export interface SigningRequest {
  readonly owner: SecretOwner;
  /** Current first, then the previous one for as long as its overlap lasts; empty: nothing is signed. */
  readonly secrets: readonly SealedSecret[];
  readonly deliveryId: string;
  readonly body: Buffer;
  readonly now: Date;
}

const SECRET_BYTES = 32;
/** About 1 KB each. */
const CACHED_SECRETS = 10_000;
const HINT_CHARACTERS = 4;

/** The only place where webhook secrets are open. Only `reveal` lets one out. */
@Injectable()
export class SigningService {
  private readonly opened = new SecretCache<SigningSecret>(CACHED_SECRETS);

  constructor(
    private readonly cipher: SecretCipher,
    private readonly signer: WebhookSigner,
  ) {}

  /** A new secret, `whsec_` and the base64 of 32 random bytes, encrypted for its owner. */
  async generate(owner: SecretOwner): Promise<StoredSecret> {
    const secret = SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
    return { ciphertext: await this.cipher.encrypt(secret, owner), hint: hintOf(secret) };
  }

  /** The secret as the admin sees it. Write the audit row first: who may not be recorded may not look. */
  reveal({ ciphertext }: SealedSecret, owner: SecretOwner): Promise<string> {
    return this.cipher.decrypt(ciphertext, owner);
  }

  /** The signature headers of one attempt; none without a secret. */
  async headersFor({
    owner,
    secrets,
    deliveryId,
    body,
    now,
  }: SigningRequest): Promise<Record<string, string>> {
    const [current, ...previous] = await this.open(secrets, owner);
    if (current === undefined) return {};
    return this.signer.sign({
      deliveryId,
      body,
      timestampSeconds: Math.floor(now.getTime() / 1000),
      secrets: [current, ...previous],
    });
  }

  /** Whether a receiver's request was signed by us, without showing the secret. Never throws for its input. */
  async verify(claim: SignatureClaim & Pick<SigningRequest, 'owner' | 'secrets'>): Promise<SignatureVerdict> {
    return findMatch(this.signer, await this.open(claim.secrets, claim.owner), claim);
  }

  /** Whether `reencrypt` would change anything: the way to page through the rows that need it. */
  isCurrent({ ciphertext }: SealedSecret): boolean {
    return this.cipher.isCurrent(ciphertext);
  }

  /** The same secret under the current key; the very same object if it is already. */
  async reencrypt<Secret extends SealedSecret>(stored: Secret, owner: SecretOwner): Promise<Secret> {
    if (this.cipher.isCurrent(stored.ciphertext)) return stored;
    const secret = await this.cipher.decrypt(stored.ciphertext, owner);
    return { ...stored, ciphertext: await this.cipher.encrypt(secret, owner) };
  }

  private open(secrets: readonly SealedSecret[], owner: SecretOwner): Promise<SigningSecret[]> {
    return Promise.all(
      secrets.map(({ ciphertext }) =>
        // The owner is part of the key: a row copied to another chatbot must not sign from the cache.
        this.opened.get(JSON.stringify([owner.organizationId, owner.chatbotId, ciphertext]), async () =>
          SigningSecret.of(await this.cipher.decrypt(ciphertext, owner)),
        ),
      ),
    );
  }
}

/** Without base64's padding, which every secret of ours ends in and which tells nothing apart. */
function hintOf(secret: string): string {
  return `${SECRET_PREFIX}…${secret.replace(/=+$/, '').slice(-HINT_CHARACTERS)}`;
}
