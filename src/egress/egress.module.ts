import { HttpService } from '@nestjs/axios';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CheckedConnector } from './checked-connector.js';
import { EgressHttpService } from './egress-http.service.js';
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
    {
      provide: HttpService,
      useFactory: (pools: OriginPools) => new EgressHttpService(createUndiciAdapter(pools)),
      inject: [OriginPools],
    },
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
