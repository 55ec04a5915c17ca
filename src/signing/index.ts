export { AesGcmSecretCipher } from './aes-gcm.secret-cipher.js';
export { CompositeWebhookSigner, defaultWebhookSigner } from './composite.webhook-signer.js';
export { HyperleapWebhookSigner } from './hyperleap.webhook-signer.js';
export { SecretCipher, SecretCipherError, type SecretOwner } from './secret-cipher.js';
export { SecretKeyring, type SecretKey } from './secret-keyring.js';
export type { SignatureClaim, SignatureVerdict } from './signature-check.js';
export { SigningModule } from './signing.module.js';
export { SigningSecret } from './signing-secret.js';
export {
  SigningService,
  type SealedSecret,
  type SigningRequest,
  type StoredSecret,
} from './signing.service.js';
export { StandardWebhooksWebhookSigner } from './standard-webhooks.webhook-signer.js';
export { WebhookSigner, type SigningInput } from './webhook-signer.js';
