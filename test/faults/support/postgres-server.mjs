import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './ports.mjs';
import { prefix, ServerProcess } from './server-process.mjs';
import { until } from './wait.mjs';

const DATABASE = 'webhooks';
// initdb and postgres refuse to run as root.
const runAs = process.getuid?.() === 0 ? 'postgres' : null;

/** The folder of PostgreSQL's programs; null where it is not installed. */
export function postgresBinaries() {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(process.env.PG_BIN ? [process.env.PG_BIN] : []),
    ...(existsSync(debian)
      ? readdirSync(debian)
          .sort((a, b) => Number(b) - Number(a))
          .map((version) => join(debian, version, 'bin'))
      : []),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return (
    folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ??
    null
  );
}

/** A PostgreSQL server with a data folder and a port of its own. fsync is off: no power cut is played here. */
export class PostgresServer {
  #folder;
  /** @type {ServerProcess | null} */
  #process = null;
  /** @type {pg.Pool | null} */
  #pool = null;

  /** @param {string} folder made here; its parents must be open to the server's user */
  static async create(folder) {
    const server = new PostgresServer(folder, await freePort());
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const made = server.#command('initdb', [
      '-D',
      server.#data,
      '-N',
      '-U',
      'suite',
      '-A',
      'trust',
      '-E',
      'UTF8',
    ]);
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    await server.start();
    await server.#query('postgres', `CREATE DATABASE ${DATABASE}`);
    return server;
  }

  constructor(folder, port) {
    this.#folder = folder;
    this.port = port;
  }

  urlAt(port, database = DATABASE) {
    return `postgres://suite@127.0.0.1:${port}/${database}`;
  }

  get #data() {
    return join(this.#folder, 'data');
  }

  launch() {
    const settings = {
      port: this.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: this.#folder,
      fsync: 'off',
      max_connections: 400,
      log_min_messages: 'fatal',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#process = new ServerProcess(join(postgresBinaries(), 'postgres'), ['-D', this.#data, ...args], {
      asUser: runAs,
      deathSignal: 'QUIT',
    });
  }

  async start() {
    this.launch();
    await until(
      () => `PostgreSQL to start: ${this.#process?.output}`,
      () => this.#query('postgres', 'SELECT 1').catch(() => null),
    );
  }

  /** @param {'fast' | 'immediate'} mode immediate: as if its machine had failed */
  async stop(mode = 'fast') {
    await this.#pool?.end().catch(() => undefined);
    this.#pool = null;
    await this.#process?.stop(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  }

  /** Every process of the server stands still; its kernel still answers for its sockets. */
  async freeze() {
    await this.query('SELECT 1');
    for (const pid of this.#pids()) process.kill(pid, 'SIGSTOP');
  }

  thaw() {
    for (const pid of this.#pids()) process.kill(pid, 'SIGCONT');
  }

  /** As an operator or a test would, past every proxy. */
  async query(sql, parameters = []) {
    if (!this.#pool) {
      this.#pool = new pg.Pool({
        connectionString: this.urlAt(this.port),
        max: 3,
        application_name: 'suite',
      });
      this.#pool.on('error', () => undefined);
    }
    return (await this.#pool.query(sql, parameters)).rows;
  }

  /** A session of one's own, for locks. */
  async session() {
    const client = new pg.Client({ connectionString: this.urlAt(this.port), application_name: 'suite' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async createDatabase(name) {
    await this.#query('postgres', `CREATE DATABASE ${name}`);
  }

  async #query(database, sql) {
    const client = new pg.Client({
      connectionString: this.urlAt(this.port, database),
      connectionTimeoutMillis: 2_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #command(program, args) {
    const [command, ...rest] = [...prefix(runAs, null), join(postgresBinaries(), program), ...args];
    return spawnSync(command, rest, {
      encoding: 'utf8',
      cwd: this.#folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    });
  }

  /** The server and its children; a child's parent is the server itself. */
  #pids() {
    const parent = this.#process.pid;
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => parentOf(pid) === parent);
    return [parent, ...children];
  }
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may itself hold blanks.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
