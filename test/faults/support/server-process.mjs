import { spawn, spawnSync } from 'node:child_process';

/** A database server of the suite's own: ends with the suite, even when that is killed. */
export class ServerProcess {
  /** @type {Set<ServerProcess>} */
  static #running = new Set();

  static {
    process.once('exit', () => {
      for (const server of ServerProcess.#running) server.signal('SIGKILL');
    });
  }

  #child;
  output = '';

  /**
   * @param {string} program
   * @param {string[]} args
   * @param {{ asUser?: string | null, deathSignal?: string }} [options]
   */
  constructor(program, args, { asUser = null, deathSignal = 'KILL' } = {}) {
    const [command, ...rest] = [...prefix(asUser, deathSignal), program, ...args];
    this.#child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    ServerProcess.#running.add(this);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.output = (this.output + text).slice(-8_000)));
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.output += String(error);
        resolve(null);
      });
      this.#child.once('exit', resolve);
    });
    void this.exited.then(() => ServerProcess.#running.delete(this));
  }

  get pid() {
    return this.#child.pid;
  }

  get hasExited() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(name) {
    if (!this.hasExited) this.#child.kill(name);
  }

  async stop(signal = 'SIGTERM', graceMs = 10_000) {
    // A stopped process hears nothing but these two.
    this.signal('SIGCONT');
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
  }
}

const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;

/** What goes before a command so that it runs as another user and dies with this process. */
export function prefix(asUser, deathSignal) {
  if (!hasSetpriv) return asUser ? ['su', asUser, '-s', '/bin/sh', '-c', 'exec "$0" "$@"'] : [];
  return [
    'setpriv',
    ...(asUser ? [`--reuid=${asUser}`, `--regid=${asUser}`, '--clear-groups'] : []),
    ...(deathSignal ? [`--pdeathsig=${deathSignal}`] : []),
  ];
}
