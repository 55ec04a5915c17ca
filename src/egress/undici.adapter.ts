import type { AxiosAdapter, AxiosResponse } from 'axios';
import type { OriginPools } from './origin-pools.js';
import { Exchange } from './exchange.js';
import { blockedAddress } from './send-failure.js';

/**
 * Carries axios requests over undici: POST only, `timeout` as an absolute deadline, the answer's body as a
 * Buffer of at most 16 KiB. `response.request` is the `ReceivedResponse` that it was made from.
 */
export function createUndiciAdapter(pools: OriginPools): AxiosAdapter {
  return async (config) => {
    const { protocol, origin, pathname, search } = new URL(config.url!);
    if (protocol !== 'https:') throw blockedAddress();
    const exchange = new Exchange(config.timeout!);
    pools.dispatch(
      origin,
      {
        path: pathname + search,
        method: 'POST',
        headers: { ...config.headers } as Record<string, string>,
        body: config.data as Buffer,
      },
      exchange,
    );
    const received = await exchange.result;
    const response: AxiosResponse<Buffer> = {
      status: received.status,
      statusText: '',
      headers: received.headers,
      data: received.body,
      config,
      request: received,
    };
    return response;
  };
}
