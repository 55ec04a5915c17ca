import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SecretCipher, SecretCipherError, type SecretOwner } from './secret-cipher.js';
import type { SecretKeyring } from './secret-keyring.js';

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D: 96-bit nonces may be random for up to 2^32 encryptions under one key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SHAPE = /^v1\.([A-Za-z0-9_-]{1,40})\.([A-Za-z0-9_-]{38,2000})$/;

/** AES-256-GCM in this process: `v1.<key id>.<base64url of nonce, tag and ciphertext>`. */
export class AesGcmSecretCipher extends SecretCipher {
  constructor(private readonly keyring: SecretKeyring) {
    super();
  }

  override async encrypt(plaintext: string, owner: SecretOwner): Promise<string> {
    const { id, key } = this.keyring.current;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(id, owner));
    const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    const box = Buffer.concat([iv, cipher.getAuthTag(), sealed]);
    return `${VERSION}.${id}.${box.toString('base64url')}`;
  }

  override async decrypt(ciphertext: string, owner: SecretOwner): Promise<string> {
    const [keyId, box] = parse(ciphertext);
    const found = this.keyring.find(keyId);
    if (found === null) {
      throw new SecretCipherError(
        'unknown_key',
        `A webhook secret is encrypted under the key id \`${keyId}\`, which SECRET_KEYS does not name. ` +
          'Add that key after the current one.',
      );
    }
    const iv = box.subarray(0, IV_BYTES);
    const tag = box.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    // authTagLength: without it Node would accept a tag cut down to four bytes.
    const decipher = createDecipheriv(ALGORITHM, found.key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(keyId, owner));
    decipher.setAuthTag(tag);
    try {
      const opened = [decipher.update(box.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString('utf8');
    } catch (error) {
      throw new SecretCipherError(
        'not_authentic',
        `A webhook secret does not open for chatbot ${owner.chatbotId}: it was changed, belongs to another ` +
          `chatbot, or the key \`${keyId}\` is not the one it was encrypted with.`,
        { cause: error },
      );
    }
  }

  override isCurrent(ciphertext: string): boolean {
    return SHAPE.exec(ciphertext)?.[1] === this.keyring.current.id;
  }
}

function parse(ciphertext: string): [keyId: string, box: Buffer] {
  const match = SHAPE.exec(ciphertext);
  if (match === null) {
    throw new SecretCipherError(
      'malformed',
      'A stored webhook secret is not in the format v1.<key id>.<data>.',
    );
  }
  return [match[1] as string, Buffer.from(match[2] as string, 'base64url')];
}

/** JSON keeps the parts apart whatever they hold. UUIDs are equal in either case. */
function associatedData(keyId: string, { organizationId, chatbotId }: SecretOwner): Buffer {
  const parts = ['webhook-secret', VERSION, keyId, organizationId.toLowerCase(), chatbotId.toLowerCase()];
  return Buffer.from(JSON.stringify(parts));
}
