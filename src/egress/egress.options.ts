/**
 * How the egress room is set up, and the injection token under which the global module binds it:
 * `{ provide: EgressOptions, useValue: new EgressOptions({ … }) }`.
 */
export class EgressOptions {
  /** `WEBHOOK_ALLOWED_NETWORKS`: CIDRs that may be reached though not public. For whoever builds the UrlPolicy. */
  readonly allowedNetworks: readonly string[] = [];

  /**
   * Connections to one origin (host and port) at a time; a request beyond waits, and its deadline runs while it
   * does. Many customers share an origin (automation platforms), so keep it at the attempts in flight per process.
   */
  readonly connectionsPerOrigin: number = 256;

  /** Origins whose connections are kept; beyond it, the least recently used origin's are closed. */
  readonly keptOrigins: number = 1000;

  /** No connection may take longer to open than this. Set it to the longest `timeoutMs` in use. */
  readonly connectTimeoutMs: number = 10_000;

  /**
   * `http://` or `https://`, with user and password if need be: a CONNECT proxy for all requests. Null: connect
   * directly. The proxy resolves the name again, so it must refuse private addresses on its own; our own
   * resolution and check still run before each connection.
   */
  readonly proxyUrl: string | null = null;

  /** Name servers (`127.0.0.1`, `127.0.0.1:5353`, `[::1]:53`); empty: those of the operating system. */
  readonly dnsServers: readonly string[] = [];

  /** Looked into before any name server is asked; null: never. */
  readonly hostsFile: string | null = '/etc/hosts';

  /** PEM, trusted on top of Node's own roots: tests. In production, use `NODE_EXTRA_CA_CERTS`. */
  readonly additionalCaPem: string | null = null;

  constructor(values: Partial<EgressOptions> = {}) {
    Object.assign(this, values);
  }
}
