import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/**
 * A listener below HTTP: it counts connections and, once a whole request has arrived, hands its socket to a
 * script that answers byte by byte. Without TLS options it speaks plain TCP; without a script it only counts.
 */
export class RawReceiver {
  /** TCP connections, whatever became of them. */
  connectionCount = 0;
  /** Head and body of every request, as text. */
  readonly requests: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(options: {
    host?: string;
    port?: number;
    tls?: TlsOptions;
    /** Called for each request of a connection. */
    answer?: (socket: Socket, request: string) => void;
    /** Called when the connection stands, before anything is read. */
    onConnection?: (socket: Socket) => void;
  }): Promise<RawReceiver> {
    const serve = (socket: Socket) => {
      socket.on('error', () => undefined);
      options.onConnection?.(socket);
      if (options.answer !== undefined) receiver.readRequests(socket, options.answer);
    };
    const server = options.tls === undefined ? createTcpServer(serve) : createTlsServer(options.tls, serve);
    const receiver = new RawReceiver(server);
    server.on('connection', (socket: Socket) => {
      receiver.connectionCount += 1;
      receiver.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => receiver.sockets.delete(socket));
    });
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

  /** Ends every connection with an RST. */
  resetAll(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private readRequests(socket: Socket, answer: (socket: Socket, request: string) => void): void {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const headEnd = received.indexOf('\r\n\r\n') + 4;
      if (headEnd === 3) return;
      const bodyLength = Number(/^content-length: (\d+)/im.exec(received.slice(0, headEnd))?.[1] ?? 0);
      if (received.length < headEnd + bodyLength) return;
      this.requests.push(received.slice(0, headEnd + bodyLength));
      received = received.slice(headEnd + bodyLength);
      answer(socket, this.requests.at(-1)!);
    });
  }
}
