import type { SigningSecret } from './signing-secret.js';

export interface SigningInput {
  readonly deliveryId: string;
  /** The exact bytes that go out. */
  readonly body: Buffer;
  /** When this attempt is made, in whole seconds since 1970. */
  readonly timestampSeconds: number;
  /** Current first, then the previous one for as long as its overlap lasts. Never empty. */
  readonly secrets: readonly [SigningSecret, ...SigningSecret[]];
}

/**
 * Port: what proves to a receiver that a request is ours.
 *
 * Called once per attempt, on the sending path, so it must be fast and synchronous; and again by the page's
 * verify box, with the same input. Equal input has to give equal headers. Not called for a chatbot without
 * a secret. A throw fails the attempt as a bug would.
 */
export abstract class WebhookSigner {
  /** Header names and values to add to the request. Names must differ from the contract's other headers. */
  abstract sign(input: SigningInput): Record<string, string>;
}
