import { Client } from 'undici';
import { Exchange, MAX_READ_BYTES } from './exchange.js';
import { MAX_HEADER_BYTES } from './origin-pools.js';
import { SendFailure } from './send-failure.js';

/**
 * GETs the JSON Web Key Set of the operator's identity provider: at most 64 KiB, one absolute deadline over DNS,
 * connection, TLS, headers and body, no redirect followed, no proxy variable obeyed, TLS verified. The answer has
 * the shape of `fetch`, which is what `jose` asks for; rejects if there is no whole one.
 *
 * The URL policy is not asked: the URL is the operator's own setting, no customer's, and an identity provider on
 * an internal address is the ordinary case.
 */
export async function requestKeySet(url: string, headers: Headers, timeoutMs: number): Promise<Response> {
  const { origin, pathname, search } = new URL(url);
  // Read every ten minutes at most: a connection of its own each time, and none that has to be looked after.
  const client = new Client(origin, {
    maxHeaderSize: MAX_HEADER_BYTES,
    connect: {
      timeout: timeoutMs,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true, // said out loud, it beats NODE_TLS_REJECT_UNAUTHORIZED=0
    },
  });
  const exchange = new Exchange(timeoutMs, MAX_READ_BYTES);
  try {
    client.dispatch(
      {
        path: pathname + search,
        method: 'GET',
        headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' },
      },
      exchange,
    );
    const { status, body, isBodyTruncated } = await exchange.result;
    if (isBodyTruncated) throw new SendFailure('network', 'The key set is larger than 64 KiB.');
    return new Response(new Uint8Array(body), { status });
  } finally {
    // Not waited for: a connection that is still being opened must not outlast the deadline.
    void client.destroy();
  }
}
