import type { DeliveryDetail } from '../api/types';

/** For a POSIX shell: nothing inside single quotes is special but the quote itself. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Set by curl itself, or different for every request. */
const LEFT_OUT = new Set([
  'host',
  'content-length',
  'connection',
  'accept-encoding',
  'webhook-timestamp',
  'webhook-id',
]);

/**
 * The request of the last attempt as a shell command, or null before the first. Signatures are not kept, so
 * the command makes its own from `$WEBHOOK_SECRET`.
 */
export function toCurl(delivery: DeliveryDetail, headerPrefix: string): string | null {
  const attempt = delivery.attempts.findLast(({ url }) => url !== null);
  if (!attempt?.url) return null;
  const signatureHeader = `${headerPrefix}-Signature`;
  const headers = Object.entries(attempt.requestHeaders ?? { 'Content-Type': 'application/json' })
    .filter(([name]) => !LEFT_OUT.has(name.toLowerCase()) && !name.toLowerCase().endsWith('-signature'))
    .flatMap(([name, values]) => [values].flat().map((value) => `  -H ${quote(`${name}: ${value}`)} \\`));
  return [
    `BODY=${quote(delivery.requestBody)}`,
    `SIGNATURE=$(printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" | sed 's/^.* //')`,
    `curl -i -X POST ${quote(attempt.url)} \\`,
    ...headers,
    `  -H "${signatureHeader}: sha256=$SIGNATURE" \\`,
    `  --data-binary "$BODY"`,
  ].join('\n');
}
