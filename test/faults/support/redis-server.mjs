import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { Redis } from 'ioredis';
import { freePort } from './ports.mjs';
import { ServerProcess } from './server-process.mjs';
import { until } from './wait.mjs';

export const isRedisInstalled = () => spawnSync('redis-server', ['--version']).status === 0;

const QUEUE = '{chatbot-webhooks}:webhook-deliveries:';
/** Keys of Bull's that are no job and no list of jobs: a counter, and a lock that expires by itself. */
const BOOKKEEPING = new Set(['id', 'stalled-check', 'probe']);

/** A Redis server with a port of its own that keeps nothing on disk: stopping it loses everything. */
export class RedisServer {
  #folder;
  /** @type {ServerProcess | null} */
  #process = null;

  /** @param {string} folder made here */
  static async create(folder) {
    const server = new RedisServer(folder, await freePort());
    mkdirSync(folder);
    await server.start();
    return server;
  }

  constructor(folder, port) {
    this.#folder = folder;
    this.port = port;
    /** As an operator would, past every proxy. */
    this.client = new Redis({
      port,
      host: '127.0.0.1',
      lazyConnect: true,
      retryStrategy: () => 100,
      maxRetriesPerRequest: null,
      commandTimeout: 5_000,
    });
    this.client.on('error', () => undefined);
  }

  urlAt(port) {
    return `redis://127.0.0.1:${port}`;
  }

  launch(more = {}) {
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.#folder,
      save: '',
      appendonly: 'no',
      ...more,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#process = new ServerProcess('redis-server', args);
  }

  async start() {
    this.launch();
    await until(
      () => `Redis to start: ${this.#process?.output}`,
      () => this.client.ping().catch(() => null),
    );
  }

  /** Stopped, and started with data that take it about so long to load. */
  async restartLoading(loadMs) {
    const keys = 300;
    const load = this.client.pipeline();
    for (let index = 0; index < keys; index++) load.set(`load-${index}`, index);
    await load.exec();
    await this.client.save();
    await this.stop();
    this.launch({
      'key-load-delay': Math.round((loadMs * 1000) / keys),
      'loading-process-events-interval-bytes': 1024,
    });
  }

  async stop() {
    await this.#process?.stop('SIGKILL');
  }

  freeze() {
    this.#process?.signal('SIGSTOP');
  }

  thaw() {
    this.#process?.signal('SIGCONT');
  }

  close() {
    this.client.disconnect();
  }

  async usedMemory() {
    const info = await this.client.info('memory');
    return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  }

  /** Keys that would keep a job, or a list of jobs, in Redis. */
  async jobKeys() {
    const keys = await this.client.keys(`${QUEUE}*`);
    return keys.filter((key) => !BOOKKEEPING.has(key.slice(QUEUE.length)));
  }

  /** A job's id ends with the number of attempts in it. */
  async attemptsWaiting() {
    const jobIds = await this.client.lrange(this.key('wait'), 0, -1);
    return jobIds.reduce((sum, id) => sum + Number(id.split('-').at(-1)), 0);
  }

  async describeKeys() {
    const keys = (await this.client.keys('*')).sort().slice(0, 20);
    return Promise.all(
      keys.map(async (key) => {
        const type = await this.client.type(key);
        if (type === 'hash') return `${key} ${JSON.stringify(await this.client.hgetall(key))}`;
        return `${key} ${type === 'list' ? await this.client.lrange(key, 0, 3) : type}`;
      }),
    );
  }

  key(name) {
    return QUEUE + name;
  }
}
