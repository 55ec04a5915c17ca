import { HttpService } from '@nestjs/axios';
import axios, {
  AxiosHeaders,
  type AxiosAdapter,
  type AxiosInstance,
  type AxiosRequestConfig,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { from, type Observable } from 'rxjs';

/**
 * The seam where hosts watch or intercept outgoing requests: an HttpService like any other, with an axios instance
 * that adds nothing of its own to a request.
 *
 * axios costs three times what the request itself does (merging of settings and headers), and without
 * interceptors all of it changes nothing. So it is entered only if somebody has hooked in.
 */
export class EgressHttpService extends HttpService {
  constructor(private readonly adapter: AxiosAdapter) {
    // @nestjs/axios is an ES module and we are not: TypeScript tells axios's two sets of typings apart.
    super(createAxios(adapter) as unknown as ConstructorParameters<typeof HttpService>[0]);
  }

  override request<T>(config: AxiosRequestConfig): Observable<AxiosResponse<T>> {
    return this.isHookedInto()
      ? super.request<T>(config)
      : from(this.adapter(config as InternalAxiosRequestConfig) as Promise<AxiosResponse<T>>);
  }

  private isHookedInto(): boolean {
    const { interceptors, defaults } = this.instance;
    return (
      defaults.adapter !== this.adapter ||
      hasHandlers(interceptors.request) ||
      hasHandlers(interceptors.response)
    );
  }
}

/** An ejected interceptor leaves a null behind. */
function hasHandlers({ handlers }: { handlers?: unknown[] }): boolean {
  return handlers === undefined || handlers.some((handler) => handler !== null);
}

function createAxios(adapter: AxiosAdapter): AxiosInstance {
  const instance = axios.create({
    adapter,
    // For adapters that a host puts in the place of ours: the same rules hold there.
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
  });
  for (const scope of Object.keys(instance.defaults.headers) as (keyof typeof instance.defaults.headers)[]) {
    instance.defaults.headers[scope] = new AxiosHeaders();
  }
  return instance;
}
