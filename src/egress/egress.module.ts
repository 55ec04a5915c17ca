import { HttpService } from '@nestjs/axios';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import axios, { AxiosHeaders } from 'axios';
import { CheckedConnector } from './checked-connector.js';
import { EgressOptions } from './egress.options.js';
import { OriginPools } from './origin-pools.js';
import { createUndiciAdapter } from './undici.adapter.js';
import { UrlPolicy } from './url-policy.js';
import { WebhookSender } from './webhook-sender.js';

/** By then the attempts have been waited for; what is left is being cut off. */
const SHUTDOWN_GRACE_MS = 500;

/**
 * The only room that makes outgoing requests. Exports {@link WebhookSender}, and the HttpService beneath it as the
 * seam where hosts watch or intercept (`httpService.axiosRef.interceptors`).
 *
 * Needs {@link UrlPolicy} and {@link EgressOptions} from a global module.
 */
@Module({
  providers: [
    {
      provide: OriginPools,
      useFactory: (urlPolicy: UrlPolicy, options: EgressOptions) =>
        new OriginPools(new CheckedConnector(urlPolicy, options), options),
      inject: [UrlPolicy, EgressOptions],
    },
    { provide: HttpService, useFactory: createHttpService, inject: [OriginPools] },
    WebhookSender,
  ],
  exports: [WebhookSender, HttpService],
})
export class EgressModule implements OnApplicationShutdown {
  constructor(@Inject(OriginPools) private readonly pools: OriginPools) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pools.close(SHUTDOWN_GRACE_MS);
  }
}

function createHttpService(pools: OriginPools): HttpService {
  const instance = axios.create({
    adapter: createUndiciAdapter(pools),
    // For adapters that a host puts in the place of ours: the same rules hold there.
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
  });
  const noHeaders = () => new AxiosHeaders();
  instance.defaults.headers = {
    common: noHeaders(),
    delete: noHeaders(),
    get: noHeaders(),
    head: noHeaders(),
    post: noHeaders(),
    put: noHeaders(),
    patch: noHeaders(),
  } as typeof instance.defaults.headers;
  // @nestjs/axios is an ES module and we are not: TypeScript tells axios's two sets of typings apart.
  return new HttpService(instance as unknown as ConstructorParameters<typeof HttpService>[0]);
}
