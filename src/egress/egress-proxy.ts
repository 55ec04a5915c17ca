import { connect, isIPv6, type Socket } from 'node:net';
import { connect as startTls } from 'node:tls';
import { SendFailure } from './send-failure.js';

const MAX_HEAD_BYTES = 8 * 1024;
const HEAD_END = '\r\n\r\n';

/**
 * A CONNECT proxy (RFC 9110, section 9.3.6) that the operator put between us and the internet. It is trusted:
 * its own address is not put to the URL policy. It gets the host name, as proxies with lists of names need it.
 */
export class EgressProxy {
  private readonly url: URL;
  private readonly authorization: string;

  /** Throws an error that does not repeat the URL: it may hold a password. */
  constructor(proxyUrl: string) {
    const url = URL.canParse(proxyUrl) ? new URL(proxyUrl) : null;
    if (url === null || !['http:', 'https:'].includes(url.protocol)) {
      throw new Error('The egress proxy must be a URL such as http://proxy.example.com:3128.');
    }
    this.url = url;
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    this.authorization = credentials === ':' ? '' : `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /** A tunnel to that host, ready for TLS; rejects with the signal's reason when aborted. */
  connect(hostname: string, port: number, signal: AbortSignal): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = this.openSocket();
      const onAbort = () => socket.destroy(signal.reason as Error);
      const onClose = () => reject(unreachable());
      let head = '';

      const onData = (chunk: Buffer) => {
        head += chunk.toString('latin1');
        const endsAt = head.indexOf(HEAD_END);
        if (endsAt === -1 && head.length <= MAX_HEAD_BYTES) return;
        signal.removeEventListener('abort', onAbort);
        socket.off('data', onData).off('close', onClose).pause();
        // A receiver speaks only after our TLS hello: anything behind the head is not its doing.
        if (/^HTTP\/1\.[01] 2\d\d/.test(head) && endsAt === head.length - HEAD_END.length)
          return resolve(socket);
        socket.destroy();
        reject(new SendFailure('network', 'The egress proxy refused to connect to the receiver.'));
      };

      socket.on('error', (error) => reject(error instanceof SendFailure ? error : unreachable(error)));
      socket.once('close', onClose).on('data', onData);
      socket.write(this.connectRequest(isIPv6(hostname) ? `[${hostname}]:${port}` : `${hostname}:${port}`));
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
    });
  }

  private openSocket(): Socket {
    const host = this.url.hostname.replace(/^\[(.*)\]$/, '$1');
    return this.url.protocol === 'https:'
      ? startTls({ host, port: Number(this.url.port || 443), servername: host, rejectUnauthorized: true })
      : connect({ host, port: Number(this.url.port || 80), noDelay: true });
  }

  private connectRequest(authority: string): string {
    const authorization = this.authorization && `Proxy-Authorization: ${this.authorization}\r\n`;
    return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
  }
}

function unreachable(cause?: unknown): SendFailure {
  return new SendFailure('network', 'The egress proxy could not be reached.', cause);
}
