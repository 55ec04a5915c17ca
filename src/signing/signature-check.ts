import { createHash, timingSafeEqual } from 'node:crypto';
import type { SigningSecret } from './signing-secret.js';
import type { WebhookSigner } from './webhook-signer.js';

/** What somebody pasted out of a request that they received. */
export interface SignatureClaim {
  readonly body: Buffer | string;
  /** The value of a signature header. */
  readonly signature: string;
  /** The values of `webhook-id` and `webhook-timestamp`, which Standard Webhooks signs too. */
  readonly webhookId?: string;
  readonly webhookTimestamp?: string;
}

export interface SignatureVerdict {
  readonly valid: boolean;
  /** The header whose value this is, such as `X-Hyperleap-Signature`; null when it is not valid. */
  readonly scheme: string | null;
  /** For a person: what was found, or what to look at. */
  readonly message: string;
}

/** Signs the claimed body anew, with each secret, and looks for the claimed signature among the headers. */
export function findMatch(
  signer: WebhookSigner,
  secrets: readonly SigningSecret[],
  claim: SignatureClaim,
): SignatureVerdict {
  if (secrets.length === 0) return invalid('There is no secret, so requests carry no signature.');
  const body = typeof claim.body === 'string' ? Buffer.from(claim.body, 'utf8') : claim.body;
  const timestampSeconds = Number(claim.webhookTimestamp?.trim() || 0);
  const whole = claim.signature.trim();
  // Standard Webhooks lists one signature for each secret that holds: any of them will do.
  const claimed = [whole, ...whole.split(/\s+/, MAX_SIGNATURES)];
  for (const [index, secret] of secrets.entries()) {
    const headers = signer.sign({
      deliveryId: claim.webhookId?.trim() ?? '',
      body,
      timestampSeconds,
      secrets: [secret],
    });
    for (const [name, value] of Object.entries(headers)) {
      if (NOT_SIGNATURES.has(name) || !claimed.some((one) => isEqual(one, value))) continue;
      const which = index === 0 ? '' : ' of the previous secret, which still holds';
      return { valid: true, scheme: name, message: `Valid: this is the ${name}${which}.` };
    }
  }
  return invalid(adviceFor(claim));
}

const MAX_SIGNATURES = 10;
/** Signed, but known to everybody: pasting them proves nothing. */
const NOT_SIGNATURES = new Set(['webhook-id', 'webhook-timestamp']);

const invalid = (message: string): SignatureVerdict => ({ valid: false, scheme: null, message });

/** Hashed first: timingSafeEqual throws on unequal lengths, and a length is told by time otherwise. */
function isEqual(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(hash(one), hash(other));
}

function adviceFor({ signature, webhookId, webhookTimestamp }: SignatureClaim): string {
  const text = signature.trim();
  if (text.startsWith('v1,') && !(webhookId?.trim() && webhookTimestamp?.trim())) {
    return 'Not valid. This is a webhook-signature: fill in webhook-id and webhook-timestamp, which it covers too.';
  }
  if (text.startsWith('v1,') && !/^\d+$/.test(webhookTimestamp?.trim() ?? '')) {
    return 'Not valid. webhook-timestamp has to be whole seconds, digits only.';
  }
  if (/^[0-9a-f]{64}$/i.test(text))
    return 'Not valid. Paste the whole header value, with its sha256= in front.';
  if (/^sha256=[0-9A-F]{64}$/.test(text))
    return 'Not valid. The hexadecimal digits have to be in lower case.';
  return (
    'Not valid for this body and secret. Compare the raw bytes as they arrived, before any parsing, ' +
    'and check that the secret is the current one.'
  );
}
