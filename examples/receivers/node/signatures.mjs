// What a receiver needs to trust a request. Copy this file: it has no dependencies.
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * `X-Hyperleap-Signature`: does it say `sha256=` and the HMAC-SHA256 of exactly these bytes, in hex?
 *
 * @param {Buffer} body the request body as it arrived: never parsed and serialised again
 * @param {string} secret as the Webhooks page shows it, `whsec_…` included
 * @param {string | undefined} header
 */
export function isSignatureValid(body, secret, header) {
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isSameText(expected, header ?? '');
}

/**
 * `webhook-signature` (Standard Webhooks 1.0): signs the id and the time of sending as well, so an old
 * request that somebody recorded and sends again can be told by its age. During an overlap of two secrets
 * the header holds a signature for each; one that fits is enough.
 *
 * @param {Buffer} body
 * @param {string} secret
 * @param {{ id?: string, timestamp?: string, signature?: string }} headers `webhook-id`, `-timestamp`, `-signature`
 * @param {{ nowSeconds: number, toleranceSeconds?: number }} time
 */
export function isFreshlySigned(
  body,
  secret,
  { id, timestamp, signature },
  { nowSeconds, toleranceSeconds = 300 },
) {
  if (!id || !signature || !/^\d{1,12}$/.test(timestamp ?? '')) return false;
  if (Math.abs(nowSeconds - Number(timestamp)) > toleranceSeconds) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return signature
    .split(' ')
    .map((candidate) => isSameText(`v1,${digest}`, candidate))
    .includes(true);
}

/** Takes as long whichever character differs. The length of a signature is public, so it may be looked at first. */
function isSameText(expected, given) {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
