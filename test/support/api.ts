/** What came back, as it came back. */
export class Answer {
  private constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
  ) {}

  static async from(response: Response): Promise<Answer> {
    return new Answer(response.status, response.headers, await response.text());
  }

  // The API's shapes are what the tests are about: typing them here would take the subject's word for it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get body(): any {
    return this.text === '' ? undefined : JSON.parse(this.text);
  }

  /** Throws with the whole answer unless it has this status. */
  expect(status: number): this {
    if (this.status === status) return this;
    throw new Error(`Expected ${status}, but the answer was ${this.status} ${this.text.slice(0, 1000)}`);
  }
}

export interface CallOptions {
  headers?: Record<string, string>;
  /** Sent as it is; `body` is sent as JSON. */
  rawBody?: string | Buffer;
  body?: unknown;
}

/** Calls the API over HTTP, as any client would. */
export class Api {
  constructor(
    readonly baseUrl: string,
    private readonly key: string | null,
  ) {}

  as(key: string | null): Api {
    return new Api(this.baseUrl, key);
  }

  async call(
    method: string,
    path: string,
    { headers = {}, rawBody, body }: CallOptions = {},
  ): Promise<Answer> {
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    return Answer.from(
      await fetch(this.baseUrl + path, {
        method,
        headers: {
          ...(this.key === null ? {} : { Authorization: `Bearer ${this.key}` }),
          ...(payload === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        body: payload as never,
        redirect: 'manual',
      }),
    );
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.call('GET', path, { headers });
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call('POST', path, { body, headers });
  }

  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call('PUT', path, { body, headers });
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.call('PATCH', path, { body });
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }
}
