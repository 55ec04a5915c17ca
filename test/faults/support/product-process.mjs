import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { children } from '../../../bench/support/rpc.mjs';
import { until } from './wait.mjs';

/** The build under test: FAULTS_BUILD names another folder. */
export const BUILD = process.env.FAULTS_BUILD ?? fileURLToPath(new URL('../../../dist', import.meta.url));

export const MAIN = join(BUILD, 'main.js');
const KEPT_LINES = 400;

/** One process of the product, as it is run in production: `node dist/main.js` and an environment. */
export class ProductProcess {
  #child;
  /** The last log lines, parsed where they are JSON. */
  lines = [];
  /** How often each `event` was logged. */
  counts = new Map();
  /** It has answered once. */
  isReady = false;
  /** It was told to end; whatever else ends it is a finding. */
  isAskedToEnd = false;
  #partial = '';

  /** @param {NodeJS.ProcessEnv} env with PORT */
  constructor(env) {
    this.url = `http://127.0.0.1:${env.PORT}`;
    this.role = env.PROCESS_ROLE;
    this.#child = children.start(MAIN, { env, onOutput: (text) => this.#read(text) });
    this.startedAtMs = performance.now();
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get hasExited() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when it answers. */
  async ready(timeoutMs = 60_000) {
    await until(
      () => `a ${this.role} process to start: ${this.tail()}`,
      () => {
        if (this.hasExited) throw new Error(`A ${this.role} process ended at its start: ${this.tail()}`);
        return fetch(`${this.url}/health/live`).then(
          (response) => response.ok,
          () => false,
        );
      },
      { timeoutMs },
    );
    this.isReady = true;
    return this;
  }

  signal(name) {
    if (name === 'SIGKILL' || name === 'SIGTERM') this.isAskedToEnd = true;
    if (!this.hasExited) this.#child.kill(name);
  }

  async kill() {
    this.signal('SIGKILL');
    await this.exited;
  }

  /** @returns {Promise<{code: number | null, signal: string | null, tookMs: number}>} */
  async stop(graceMs = 30_000) {
    const sinceMs = performance.now();
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    const end = await this.exited;
    clearTimeout(timer);
    return { ...end, tookMs: performance.now() - sinceMs };
  }

  tail(count = 12) {
    return this.lines
      .slice(-count)
      .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
      .join('\n');
  }

  #read(text) {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop();
    for (const line of lines) {
      const fact = parse(line);
      if (fact.event) this.counts.set(fact.event, (this.counts.get(fact.event) ?? 0) + 1);
      // One line an attempt, and Nest's own at the start, would push everything else out.
      if (fact.event === 'delivery.attempted' || (fact.msg && !fact.event)) continue;
      this.lines.push(fact);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
    }
  }
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

/** @returns what /health/ready of that process says */
export async function readiness({ url }) {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: await response.json() };
}
