import {
  defaultWebhookSigner,
  HyperleapWebhookSigner,
  StandardWebhooksWebhookSigner,
} from '../../src/signing/index.js';
import { webhookSignerContract } from './webhook-signer.contract.js';

webhookSignerContract('both schemes', () => defaultWebhookSigner('X-Hyperleap'));
webhookSignerContract('Hyperleap', () => new HyperleapWebhookSigner('X-Hyperleap'));
webhookSignerContract('Standard Webhooks', () => new StandardWebhooksWebhookSigner());
