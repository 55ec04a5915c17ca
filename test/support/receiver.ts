import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { IssuedCertificate } from './certificates.js';

/**
 * What the receiver does with one request. Without any of the special powers it answers `status` (200) with
 * `headers` and `body`, after `delayMs`.
 */
export interface ScriptedAnswer {
  status?: number;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
  /** Waits this long after the whole request has arrived. */
  delayMs?: number;
  /** Reads the request and never answers. */
  hang?: boolean;
  /** Ends the connection with a TCP RST instead of an answer. */
  reset?: boolean;
  /** Sends the status line and headers at once, then `chunk` every `everyMs`, `times` over (for ever unless told). */
  drip?: { chunk?: string | Buffer; everyMs: number; times?: number };
  /** Answers 302 (or `status`) with this Location. */
  redirectTo?: string;
  /** Declares a `Content-Length` of the whole body, sends this many bytes of it and closes. */
  cutOffAfterBytes?: number;
  /** Writes these bytes into the TLS stream in place of an HTTP answer, and closes. */
  raw?: string | Buffer;
}

/** One request exactly as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Name, value, name, value … with case and order as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** When its last byte arrived: Unix time in milliseconds, with a fraction, from a clock that never jumps. */
  readonly receivedAtMs: number;
  /** 1 for the first connection, 2 for the second …: shows whether connections are reused. */
  readonly connectionNumber: number;
  /** `deliveryId` of the envelope; null when the body is no such envelope. */
  readonly deliveryId: string | null;
}

const ANY_PATH = '*';

/**
 * An HTTPS server on 127.0.0.1 that answers by script and keeps every request as the ground truth.
 *
 * ```ts
 * const receiver = await ScriptedReceiver.start({ certificate: await authority.issue(['127.0.0.1']) });
 * receiver.script('/crm', { status: 500 }, { status: 500 }, { status: 200 });
 * const [first, second, third] = await receiver.waitFor(3, 30_000);
 * await receiver.close();
 * ```
 */
export class ScriptedReceiver {
  readonly requests: ReceivedRequest[] = [];
  private readonly scripts = new Map<string, ScriptedAnswer[]>();
  private readonly connections = new Map<Socket, number>();
  private readonly watchers = new Set<() => void>();
  private readonly closing = new AbortController();
  private connectionCount = 0;

  private constructor(private readonly server: Server) {}

  /** @param options.host the IP literal to listen on; the certificate has to name it. */
  static async start(options: {
    certificate: IssuedCertificate;
    host?: string;
    port?: number;
  }): Promise<ScriptedReceiver> {
    const { certPem: cert, keyPem: key } = options.certificate;
    const server = createServer({ cert, key, keepAliveTimeout: 60_000 });
    const receiver = new ScriptedReceiver(server);
    server.on('request', (request, response) => {
      receiver.receive(request, response).catch(() => response.destroy());
    });
    server.on('connection', (socket: Socket) => receiver.track(socket));
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** TCP connections accepted so far, TLS failures included. */
  get acceptedConnections(): number {
    return this.connectionCount;
  }

  url(path = '/'): string {
    const { address, family } = this.server.address() as AddressInfo;
    return `https://${family === 'IPv6' ? `[${address}]` : address}:${this.port}${path}`;
  }

  /** Answers to the requests for `path` (query excluded), in order; the last one serves all that follow. */
  script(path: string, ...answers: ScriptedAnswer[]): this {
    this.scripts.set(path, [...answers]);
    return this;
  }

  /** The same for every path without a script of its own. Unscripted requests get 200. */
  scriptDefault(...answers: ScriptedAnswer[]): this {
    return this.script(ANY_PATH, ...answers);
  }

  requestsTo(path: string): ReceivedRequest[] {
    return this.requests.filter((request) => withoutQuery(request.path) === path);
  }

  /** Resolves with the first `count` requests (to `path`, when given) as soon as there are so many. */
  async waitFor(count: number, timeoutMs = 5_000, path?: string): Promise<ReceivedRequest[]> {
    const pick = () => (path === undefined ? this.requests : this.requestsTo(path)).slice(0, count);
    await this.until(
      () => pick().length >= count,
      timeoutMs,
      `${count} requests${path ? ` to ${path}` : ''}`,
    );
    return pick();
  }

  /** Resolves with the first `count` requests that carried this delivery. */
  async waitForDelivery(deliveryId: string, timeoutMs = 5_000, count = 1): Promise<ReceivedRequest[]> {
    const pick = () => this.requests.filter((request) => request.deliveryId === deliveryId).slice(0, count);
    await this.until(() => pick().length >= count, timeoutMs, `${count} requests of delivery ${deliveryId}`);
    return pick();
  }

  /** Forgets requests and scripts; connections stay. */
  clear(): void {
    this.requests.length = 0;
    this.scripts.clear();
  }

  /** Ends open connections, hung ones too. */
  async close(): Promise<void> {
    this.closing.abort();
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.connections.keys()) socket.destroy();
    await closed;
  }

  private track(socket: Socket): void {
    this.connections.set(socket, ++this.connectionCount);
    socket.on('error', () => undefined);
    socket.on('close', () => this.connections.delete(socket));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tcpSocket = tcpSocketOf(request);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '/';
    const answer = this.nextAnswer(withoutQuery(path));
    this.requests.push({
      method: request.method ?? '',
      path,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
      receivedAtMs: performance.timeOrigin + performance.now(),
      connectionNumber: this.connections.get(tcpSocket) ?? 0,
      deliveryId: deliveryIdOf(body),
    });
    for (const notify of this.watchers) notify();
    await this.answer(answer, tcpSocket, response);
  }

  private nextAnswer(path: string): ScriptedAnswer {
    const script = this.scripts.get(path) ?? this.scripts.get(ANY_PATH) ?? [];
    return (script.length > 1 ? script.shift() : script[0]) ?? {};
  }

  private async answer(answer: ScriptedAnswer, tcpSocket: Socket, response: ServerResponse): Promise<void> {
    if (answer.delayMs) await this.sleep(answer.delayMs);
    if (answer.hang) return;
    if (answer.reset) {
      tcpSocket.resetAndDestroy();
      return;
    }
    if (answer.raw !== undefined) {
      response.socket?.end(answer.raw);
      return;
    }
    if (answer.redirectTo !== undefined) {
      response.writeHead(answer.status ?? 302, { ...answer.headers, location: answer.redirectTo }).end();
      return;
    }
    response.statusCode = answer.status ?? 200;
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      if (value !== undefined) response.setHeader(name, value);
    }
    if (answer.drip) {
      await this.dripBody(answer.drip, response);
      return;
    }
    const body = Buffer.from(answer.body ?? '');
    if (answer.cutOffAfterBytes !== undefined) {
      response.setHeader('content-length', body.length);
      response.write(body.subarray(0, answer.cutOffAfterBytes), () => response.socket?.destroySoon());
      return;
    }
    response.end(body);
  }

  private async dripBody(
    { chunk = '.', everyMs, times = Infinity }: NonNullable<ScriptedAnswer['drip']>,
    response: ServerResponse,
  ): Promise<void> {
    response.flushHeaders();
    for (let sent = 0; sent < times && !response.destroyed; sent++) {
      await this.sleep(everyMs);
      response.write(chunk);
    }
    response.end();
  }

  private async sleep(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.closing.signal });
  }

  private async until(isReached: () => boolean, timeoutMs: number, what: string): Promise<void> {
    if (isReached()) return;
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.watchers.delete(check);
        settle();
      };
      const check = () => {
        if (isReached()) finish(resolve);
      };
      const timer = setTimeout(() => {
        finish(() => reject(new Error(`Waited ${timeoutMs} ms for ${what}; ${this.summary()}`)));
      }, timeoutMs);
      this.watchers.add(check);
    });
  }

  private summary(): string {
    if (this.requests.length === 0) return `nothing arrived (${this.connectionCount} connections)`;
    const lines = this.requests
      .slice(-10)
      .map(({ method, path, deliveryId }) => `${method} ${path} ${deliveryId}`);
    return `${this.requests.length} requests arrived, the last of them: ${lines.join(', ')}`;
  }
}

/** A TLS socket hides the TCP socket that `connection` announced; only that one can be reset. */
function tcpSocketOf(request: IncomingMessage): Socket {
  const wrapped = (request.socket as unknown as { _parent?: unknown })._parent;
  return wrapped instanceof Socket ? wrapped : request.socket;
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}

function deliveryIdOf(body: Buffer): string | null {
  try {
    const { deliveryId } = JSON.parse(body.toString('utf8')) as { deliveryId?: unknown };
    return typeof deliveryId === 'string' ? deliveryId : null;
  } catch {
    return null;
  }
}
