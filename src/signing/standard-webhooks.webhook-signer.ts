import { createHmac } from 'node:crypto';
import { type SigningInput, WebhookSigner } from './webhook-signer.js';

/** Standard Webhooks 1.0, "Signature scheme", symmetric: one `v1,<base64>` for each secret that holds. */
export class StandardWebhooksWebhookSigner extends WebhookSigner {
  override sign({ deliveryId, body, timestampSeconds, secrets }: SigningInput): Record<string, string> {
    const prefix = `${deliveryId}.${timestampSeconds}.`;
    const signatures = secrets.map(
      ({ decodedKey }) =>
        `v1,${createHmac('sha256', decodedKey).update(prefix).update(body).digest('base64')}`,
    );
    return {
      'webhook-id': deliveryId,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signatures.join(' '),
    };
  }
}
