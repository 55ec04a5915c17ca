import { createSecretKey, type KeyObject } from 'node:crypto';

export const SECRET_PREFIX = 'whsec_';

/**
 * One webhook secret, ready to sign with. Holds key objects, not text: nothing that prints it, as a log or
 * `JSON.stringify` would, shows the secret.
 */
export class SigningSecret {
  private constructor(
    /** The secret as the admin sees it, its `whsec_` included, in UTF-8. */
    readonly wholeKey: KeyObject,
    /** The bytes that the part after `whsec_` encodes in base64. */
    readonly decodedKey: KeyObject,
  ) {}

  static of(secret: string): SigningSecret {
    const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
    return new SigningSecret(
      createSecretKey(Buffer.from(secret, 'utf8')),
      createSecretKey(Buffer.from(encoded, 'base64')),
    );
  }
}
