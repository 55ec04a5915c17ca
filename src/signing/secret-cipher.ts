/** Whose secret it is. A ciphertext opens for its owner only: a row copied to another chatbot is worthless. */
export interface SecretOwner {
  readonly organizationId: string;
  readonly chatbotId: string;
}

/**
 * Port: how webhook secrets are kept at rest.
 *
 * Called when a secret is made, shown or re-encrypted, and at most once per secret and process for signing
 * (what it opens is cached there). May be slow, such as a call to a KMS: deliveries of that chatbot wait.
 * Several calls may be under way at once.
 *
 * A throw of `encrypt` fails the save, with nothing stored. A throw of `decrypt` fails that one delivery
 * attempt or that one reveal, and is tried anew the next time. Errors must not hold a plaintext or a key.
 */
export abstract class SecretCipher {
  /** Text of at most 1000 characters that only `decrypt` with the same owner turns back. */
  abstract encrypt(plaintext: string, owner: SecretOwner): Promise<string>;

  /** @throws SecretCipherError, or what the key store throws, when this does not open for this owner. */
  abstract decrypt(ciphertext: string, owner: SecretOwner): Promise<string>;

  /** Whether `encrypt` would use the same key again; false asks the re-encryption for a new ciphertext. */
  abstract isCurrent(ciphertext: string): boolean;
}

export type SecretCipherFailure = 'malformed' | 'unknown_key' | 'not_authentic';

/** A stored secret does not open. An operator's matter, hence no DomainError: callers see a plain 500. */
export class SecretCipherError extends Error {
  constructor(
    readonly failure: SecretCipherFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SecretCipherError';
  }
}
