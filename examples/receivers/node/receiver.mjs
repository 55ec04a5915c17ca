#!/usr/bin/env node
// A complete webhook receiver on plain Node. Start it with
//
//   WEBHOOK_SECRET=whsec_… node receiver.mjs --port 8443 --cert cert.pem --key key.pem
//
// and give https://<your host>:8443/ as the Webhook URL.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isFreshlySigned, isSignatureValid } from './signatures.mjs';

const MAX_BODY_BYTES = 1024 * 1024;
const REMEMBERED_DELIVERIES = 100_000;

/**
 * @typedef {object} Received
 * @property {string} path
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {Buffer} body
 * @property {boolean} isVerified
 * @property {boolean} isDuplicate
 * @property {any} event the envelope; null unless it was verified
 */

/**
 * @param {object} options
 * @param {{ cert: string | Buffer, key: string | Buffer }} options.tls
 * @param {(path: string) => string | undefined} options.secretOf the secret of the webhook behind this path
 * @param {string} [options.headerPrefix]
 * @param {boolean} [options.isReplayChecked] refuse what was signed more than five minutes ago
 * @param {(received: Received) => number | void} [options.onReceived] at once, before the answer; a number it
 *   returns is answered in place of 204 (an example that plays a broken receiver needs that, yours does not)
 * @param {(event: any) => unknown} [options.onEvent] the work: after the answer, once per deliveryId
 */
export function createReceiver(options) {
  const {
    tls,
    secretOf,
    headerPrefix = 'X-Hyperleap',
    isReplayChecked = true,
    onReceived,
    onEvent,
  } = options;
  const signatureHeader = `${headerPrefix}-Signature`.toLowerCase();
  const seen = new Set();

  return createServer(tls, async (request, response) => {
    const path = new URL(request.url ?? '/', 'https://receiver').pathname;
    const answer = (status) => response.writeHead(status).end();
    if (request.method !== 'POST') return answer(405);

    // 1. The bytes as they arrived. A signature is over bytes: parsing comes after.
    const body = await readBody(request).catch(() => null);
    if (body === null) return answer(413);

    // 2. Who says so? Without a valid signature nothing in the body means anything.
    const secret = secretOf(path);
    const isVerified =
      secret !== undefined &&
      isSignatureValid(body, secret, request.headers[signatureHeader]) &&
      (!isReplayChecked ||
        isFreshlySigned(
          body,
          secret,
          {
            id: request.headers['webhook-id'],
            timestamp: request.headers['webhook-timestamp'],
            signature: request.headers['webhook-signature'],
          },
          { nowSeconds: Date.now() / 1000 },
        ));

    // 3. Seen before? Retries and redeliveries carry the deliveryId of the first request.
    const event = isVerified ? JSON.parse(body.toString('utf8')) : null;
    const isDuplicate = event !== null && seen.has(event.deliveryId);

    // 4. Answer at once, work afterwards: the sender waits 10 seconds and no longer.
    const status = onReceived?.({ path, headers: request.headers, body, isVerified, isDuplicate, event });
    if (!isVerified) return answer(401);
    answer(status ?? 204);
    if (isDuplicate || (status ?? 204) >= 300) return;
    remember(seen, event.deliveryId);
    setImmediate(() => onEvent?.(event));
  });
}

/** null when there is too much of it: the rest is read past, not kept. */
async function readBody(request) {
  const chunks = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return sizeBytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : null;
}

/** The last hundred thousand ids in memory; a real system keeps them in its database, beside what the event changed. */
function remember(seen, deliveryId) {
  seen.add(deliveryId);
  if (seen.size > REMEMBERED_DELIVERIES) seen.delete(seen.values().next().value);
}

function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '8443' },
      host: { type: 'string', default: process.env.HOST ?? '127.0.0.1' },
      cert: { type: 'string', default: process.env.TLS_CERT_FILE },
      key: { type: 'string', default: process.env.TLS_KEY_FILE },
      'header-prefix': { type: 'string', default: process.env.WEBHOOK_HEADER_PREFIX ?? 'X-Hyperleap' },
      'no-replay-check': { type: 'boolean', default: false },
    },
  });
  // Not a flag: what stands on a command line, everybody on the machine can read.
  const secret = process.env.WEBHOOK_SECRET;
  if (!secret || !values.cert || !values.key) {
    console.error('Set WEBHOOK_SECRET, and --cert and --key (or TLS_CERT_FILE and TLS_KEY_FILE).');
    process.exit(2);
  }
  const server = createReceiver({
    tls: { cert: readFileSync(values.cert), key: readFileSync(values.key) },
    secretOf: () => secret,
    headerPrefix: values['header-prefix'],
    isReplayChecked: !values['no-replay-check'],
    onReceived: ({ isVerified, isDuplicate }) => {
      if (!isVerified) console.log('refused: the signature is missing, wrong or too old');
      else if (isDuplicate) console.log('duplicate: acknowledged, not handled again');
    },
    onEvent: (event) => console.log(`event: ${JSON.stringify(event)}`),
  });
  server.listen(Number(values.port), values.host, () => {
    console.log(`listening on https://${values.host}:${server.address().port}/`);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
