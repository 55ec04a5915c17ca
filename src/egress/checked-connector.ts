import { isIP, type Socket } from 'node:net';
import { connect as startTls, createSecureContext, rootCertificates, type TLSSocket } from 'node:tls';
import type { EgressOptions } from './egress.options.js';
import { EgressProxy } from './egress-proxy.js';
import { connectToFirst } from './first-connection.js';
import { NameResolver } from './name-resolver.js';
import { blockedAddress, SendFailure, timedOut, toSendFailure, toTlsFailure } from './send-failure.js';
import { skipUnaskedContinue } from './unasked-continue.js';
import type { UrlPolicy } from './url-policy.js';
import { limitAnswerBytes } from './wire-limit.js';

/** Where a connection is to go: what undici asks its `connect` option for. */
export interface ConnectTarget {
  /** A name, or an IP literal without brackets. */
  hostname: string;
  protocol: string;
  /** Empty means 443. */
  port: string;
}

/**
 * Opens every outgoing connection: resolves once, asks the policy about every address, connects to those very
 * addresses, and speaks verified TLS. There is no second resolution that could answer differently.
 */
export class CheckedConnector {
  private readonly resolver: NameResolver;
  private readonly proxy: EgressProxy | null;
  private readonly secureContext;
  /** Connections being opened, so that closing can end them. */
  private readonly opening = new Set<AbortController>();

  constructor(
    private readonly urlPolicy: Pick<UrlPolicy, 'allowsAddress'>,
    private readonly options: EgressOptions,
  ) {
    this.resolver = new NameResolver(options.dnsServers, options.hostsFile);
    this.proxy = options.proxyUrl === null ? null : new EgressProxy(options.proxyUrl);
    // One context for all connections: making one parses every root certificate.
    this.secureContext = createSecureContext({
      minVersion: 'TLSv1.2',
      ca: options.additionalCaPem === null ? undefined : [...rootCertificates, options.additionalCaPem],
    });
  }

  /** Rejects with a {@link SendFailure}, at the latest after `connectTimeoutMs`. */
  async open(target: ConnectTarget): Promise<TLSSocket> {
    // Nothing below this line can send in the clear.
    if (target.protocol !== 'https:') throw blockedAddress();
    const opening = new AbortController();
    this.opening.add(opening);
    const { connectTimeoutMs } = this.options;
    const timer = setTimeout(() => opening.abort(timedOut(connectTimeoutMs)), connectTimeoutMs);
    try {
      return await this.openWithin(target.hostname, Number(target.port || 443), opening.signal);
    } finally {
      clearTimeout(timer);
      this.opening.delete(opening);
    }
  }

  /** Ends whatever is being opened. */
  close(): void {
    for (const opening of this.opening) opening.abort(new SendFailure('network', 'The sender was closed.'));
    this.resolver.close();
  }

  private async openWithin(hostname: string, port: number, signal: AbortSignal): Promise<TLSSocket> {
    const addresses = isIP(hostname) === 0 ? await this.resolveWithin(hostname, signal) : [hostname];
    if (!addresses.every((address) => this.urlPolicy.allowsAddress(address))) throw blockedAddress();

    const socket = await (
      this.proxy === null
        ? connectToFirst(addresses, port, signal)
        : this.proxy.connect(hostname, port, signal)
    ).catch((error: unknown) => Promise.reject(toSendFailure(error)));
    return this.secure(socket, hostname, signal);
  }

  private async resolveWithin(name: string, signal: AbortSignal): Promise<string[]> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    return Promise.race([this.resolver.resolve(name), aborted]);
  }

  private secure(socket: Socket, hostname: string, signal: AbortSignal): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const tls = startTls({
        socket,
        host: hostname, // what the certificate is held against if there is no server name
        servername: isIP(hostname) === 0 ? hostname : '', // RFC 6066: no literals
        secureContext: this.secureContext,
        rejectUnauthorized: true, // said out loud, it beats NODE_TLS_REJECT_UNAUTHORIZED=0
        ALPNProtocols: ['http/1.1'],
      });
      const onAbort = () => tls.destroy(signal.reason as Error);
      signal.addEventListener('abort', onAbort);
      // Stays: an error between two owners of the socket must not take the process down.
      tls.on('error', (error) => reject(toTlsFailure(error)));
      tls.once('close', () => reject(new SendFailure('connection_reset', 'The connection was closed.')));
      tls.once('secureConnect', () => {
        signal.removeEventListener('abort', onAbort);
        limitAnswerBytes(tls);
        skipUnaskedContinue(tls);
        resolve(tls);
      });
    });
  }
}
