import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess } from '../../../bench/support/rpc.mjs';
import { freePort } from './ports.mjs';
import { PostgresServer } from './postgres-server.mjs';
import { ProductProcess } from './product-process.mjs';
import { RedisServer } from './redis-server.mjs';
import { TcpProxy } from './tcp-proxy.mjs';

const RECEIVER = new URL('../processes/receiver.mjs', import.meta.url);
export const ADMIN_API_KEY = 'fault-suite-admin-key';
const SECRET_KEYS = `faults:${Buffer.alloc(32, 'fault-suite-key').toString('base64')}`;

/** Servers, a receiver and product processes: a whole installation, for the scenarios of one lane. */
export class Stack {
  /** @type {ProductProcess[]} */
  products = [];
  /** Those that ended though nobody told them to. @type {ProductProcess[]} */
  endedAlone = [];
  #folder;
  #tls;

  /** @param {{ folder: string, tls: { caPath: string, certPem: string, keyPem: string } }} options */
  static async create({ folder, tls }) {
    const stack = new Stack(folder, tls);
    mkdirSync(folder, { recursive: true });
    stack.postgres = await PostgresServer.create(join(folder, 'postgres'));
    stack.redis = await RedisServer.create(join(folder, 'redis'));
    stack.postgresProxy = await TcpProxy.to(stack.postgres.port);
    stack.redisProxy = await TcpProxy.to(stack.redis.port);
    stack.receiver = await startProcess(RECEIVER);
    stack.receiverUrl = await stack.receiver.call('listen', { cert: tls.certPem, key: tls.keyPem });
    return stack;
  }

  constructor(folder, tls) {
    this.#folder = folder;
    this.#tls = tls;
  }

  /** What a product process needs to know. `proxied`: which of its servers it reaches through the proxy. */
  async environment({ role = 'all', proxied = [], env = {} } = {}) {
    const { DATABASE_URL: _, REDIS_URL: __, ...inherited } = process.env;
    const of = (server, proxy, name) => server.urlAt(proxied.includes(name) ? proxy.port : server.port);
    return {
      ...inherited,
      NODE_EXTRA_CA_CERTS: this.#tls.caPath,
      PROCESS_ROLE: role,
      PORT: String(await freePort()),
      DATABASE_URL: of(this.postgres, this.postgresProxy, 'postgres'),
      REDIS_URL: of(this.redis, this.redisProxy, 'redis'),
      DATA_DIR: join(this.#folder, 'data'),
      SECRET_KEYS,
      ADMIN_API_KEY,
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      ...env,
    };
  }

  /** Starts a process and waits until it answers. */
  async start(options) {
    return (await this.launch(options)).ready();
  }

  async launch(options) {
    const product = new ProductProcess(await this.environment(options));
    this.products.push(product);
    void product.exited.then(() => {
      this.products = this.products.filter((other) => other !== product);
      if (product.isReady && !product.isAskedToEnd) this.endedAlone.push(product);
    });
    return product;
  }

  async stopProducts() {
    await Promise.all(this.products.map((product) => product.kill()));
  }

  /** What is still on its way, for whoever looks into a failure. */
  async describe() {
    const rows = await this.postgres
      .query(
        `SELECT id, attempt_count, schedule_step, wake_at, next_attempt_at, lease_ends_at, error_code, now()
         FROM chatbot_webhooks.delivery WHERE status = 'pending' LIMIT 5`,
      )
      .catch((error) => [{ error: error.message }]);
    const keys = await this.redis.describeKeys().catch((error) => [error.message]);
    const tails = [...this.endedAlone, ...this.products].map(
      (product) =>
        `--- ${product.role} ${product.pid}${product.hasExited ? ', ended by itself' : ''}\n${product.tail(60)}`,
    );
    return [...rows.map((row) => JSON.stringify(row)), ...keys, ...tails].join('\n');
  }

  async close() {
    await this.stopProducts();
    await this.receiver?.kill();
    await Promise.all([this.postgresProxy?.close(), this.redisProxy?.close()]);
    this.redis?.close();
    await Promise.all([this.postgres?.stop('immediate'), this.redis?.stop()]);
  }
}
