import { HyperleapWebhookSigner } from './hyperleap.webhook-signer.js';
import { StandardWebhooksWebhookSigner } from './standard-webhooks.webhook-signer.js';
import { type SigningInput, WebhookSigner } from './webhook-signer.js';

/** Signs by several schemes at once: each receiver checks the one it knows. */
export class CompositeWebhookSigner extends WebhookSigner {
  constructor(private readonly signers: readonly WebhookSigner[]) {
    super();
  }

  override sign(input: SigningInput): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const signer of this.signers) Object.assign(headers, signer.sign(input));
    return headers;
  }
}

/** The contract's two schemes. @param headerPrefix WEBHOOK_HEADER_PREFIX */
export function defaultWebhookSigner(headerPrefix: string): WebhookSigner {
  return new CompositeWebhookSigner([
    new HyperleapWebhookSigner(headerPrefix),
    new StandardWebhooksWebhookSigner(),
  ]);
}
