import { ApiProblem, isAborted } from './api-problem';

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  ifMatch?: string | null;
  signal?: AbortSignal;
}

export interface HttpAnswer<T> {
  data: T;
  etag: string | null;
}

export type Http = <T>(path: string, request?: HttpRequest) => Promise<HttpAnswer<T>>;

export interface HttpOptions {
  apiKey: string;
  /** Called on every 401: the key was revoked, or never was one. */
  onUnauthenticated?: () => void;
}

/** Calls the REST API of the origin that served this page. Rejects with ApiProblem, or with the abort. */
export function createHttp({ apiKey, onUnauthenticated }: HttpOptions): Http {
  return async <T>(path: string, { method = 'GET', body, ifMatch, signal }: HttpRequest = {}) => {
    const headers = new Headers({ Accept: 'application/json', Authorization: `Bearer ${apiKey}` });
    if (body !== undefined) headers.set('Content-Type', 'application/json');
    if (ifMatch) headers.set('If-Match', ifMatch);

    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
        // A secret or an ETag out of the browser's cache would be worse than a second request.
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
      });
    } catch (cause) {
      if (isAborted(cause)) throw cause;
      throw ApiProblem.unreachable(cause);
    }
    if (response.status === 401) onUnauthenticated?.();
    if (!response.ok) throw await ApiProblem.from(response);
    const data = response.status === 204 ? undefined : await response.json();
    return { data: data as T, etag: response.headers.get('ETag') };
  };
}
