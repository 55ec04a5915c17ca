import { createHmac } from 'node:crypto';
import { type SigningInput, WebhookSigner } from './webhook-signer.js';

/** `X-Hyperleap-Signature: sha256=<hex>` over the body, keyed with the whole secret. Current secret only. */
export class HyperleapWebhookSigner extends WebhookSigner {
  private readonly headerName: string;

  /** @param headerPrefix such as `X-Hyperleap`. */
  constructor(headerPrefix: string) {
    super();
    this.headerName = `${headerPrefix}-Signature`;
  }

  override sign({ body, secrets: [current] }: SigningInput): Record<string, string> {
    const hex = createHmac('sha256', current.wholeKey).update(body).digest('hex');
    return { [this.headerName]: `sha256=${hex}` };
  }
}
