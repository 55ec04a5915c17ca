import { errors, Pool, type Dispatcher } from 'undici';
import type { CheckedConnector } from './checked-connector.js';
import type { EgressOptions } from './egress.options.js';
import type { Exchange } from './exchange.js';

/** RFC 9112 has no default; llhttp's is 16 KiB as well. */
export const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Below the 5 s after which Node's and Python's common servers hang up without having announced it: a request
 * that crosses such a hang-up cannot be repeated safely, and costs the delivery an attempt.
 */
const IDLE_TIMEOUT_MS = 4000;
/** How far a receiver's own `Keep-Alive: timeout=` may stretch that, and how long before its end we let go. */
const MAX_IDLE_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MARGIN_MS = 1000;

/** A busy connection would otherwise outlive every change of DNS. */
const MAX_POOL_AGE_MS = 5 * 60_000;

interface PoolEntry {
  pool: Pool;
  openedAtMs: number;
}

/** Kept-alive connections per origin, for a bounded number of origins. */
export class OriginPools {
  /** The least recently used first. */
  private readonly entries = new Map<string, PoolEntry>();
  /** Closed for new requests, still ending their last ones. */
  private readonly leaving = new Map<Pool, Promise<void>>();

  private isClosed = false;

  constructor(
    private readonly connector: CheckedConnector,
    private readonly options: EgressOptions,
  ) {}

  dispatch(origin: string, request: Dispatcher.DispatchOptions, exchange: Exchange): void {
    if (this.isClosed) exchange.onResponseError(null, new errors.ClientClosedError());
    else this.use(origin).dispatch(request, exchange);
  }

  /** Lets requests end for so long, then cuts them off. */
  async close(graceMs: number): Promise<void> {
    this.isClosed = true;
    for (const origin of [...this.entries.keys()]) this.retire(origin);
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([Promise.all(this.leaving.values()), grace]);
    clearTimeout(timer);
    this.connector.close();
    await Promise.all([...this.leaving.keys()].map((pool) => pool.destroy()));
  }

  private use(origin: string): Pool {
    const now = performance.now();
    let entry = this.entries.get(origin);
    if (entry !== undefined && now - entry.openedAtMs > MAX_POOL_AGE_MS) {
      this.retire(origin);
      entry = undefined;
    }
    entry ??= { pool: this.createPool(origin), openedAtMs: now };
    this.entries.delete(origin);
    this.entries.set(origin, entry);
    if (this.entries.size > this.options.keptOrigins) this.retire(this.entries.keys().next().value!);
    return entry.pool;
  }

  private createPool(origin: string): Pool {
    const pool = new Pool(origin, {
      connections: this.options.connectionsPerOrigin,
      pipelining: 1,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      keepAliveMaxTimeout: MAX_IDLE_TIMEOUT_MS,
      keepAliveTimeoutThreshold: IDLE_TIMEOUT_MARGIN_MS,
      // Each request brings its own absolute deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, callback) => {
        void this.connector.open(target).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
    });
    const retireIfUnused = () => {
      const isCurrent = this.entries.get(origin)?.pool === pool;
      if (isCurrent && pool.stats.size === 0 && pool.stats.connected === 0) this.retire(origin);
    };
    return pool.on('disconnect', retireIfUnused).on('connectionError', retireIfUnused);
  }

  private retire(origin: string): void {
    const pool = this.entries.get(origin)?.pool;
    if (pool === undefined) return;
    this.entries.delete(origin);
    const forget = () => void this.leaving.delete(pool);
    this.leaving.set(pool, pool.close().then(forget, forget));
  }
}
