import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const STOP_WITH_PARENT = fileURLToPath(new URL('./stop-with-parent.mjs', import.meta.url));

/**
 * Starts Node programs and makes sure that none outlives this process: they are ended by their own handle on
 * every way out, and each ends itself when its channel to this process breaks (even after a SIGKILL).
 */
export class ChildProcesses {
  /** @type {Set<import('node:child_process').ChildProcess>} */
  #running = new Set();

  constructor() {
    process.once('exit', () => this.killAll());
  }

  /**
   * @param {string} script path of the program
   * @param {{ args?: string[], nodeArgs?: string[], env?: NodeJS.ProcessEnv, cwd?: string, onOutput?: (text: string) => void }} [options]
   */
  start(script, { args = [], nodeArgs = [], env = process.env, cwd, onOutput } = {}) {
    const child = spawn(process.execPath, ['--import', STOP_WITH_PARENT, ...nodeArgs, script, ...args], {
      cwd,
      env,
      stdio: ['ignore', onOutput ? 'pipe' : 'ignore', onOutput ? 'pipe' : 'inherit', 'ipc'],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      if (onOutput) stream?.setEncoding('utf8').on('data', onOutput);
    }
    return child;
  }

  /** Asks politely, then does not ask. Resolves when the process is gone. */
  async stop(child, graceMs = 10_000) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await this.ended(child, graceMs);
  }

  /** Resolves when the process is gone, which it is made to be when the grace is over. */
  async ended(child, graceMs) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(timer);
  }

  async stopAll(graceMs) {
    await Promise.all([...this.#running].map((child) => this.stop(child, graceMs)));
  }

  killAll() {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}

/** Resolves with the child's next message for which `isWanted` holds; rejects when it exits first or takes too long. */
export function nextMessage(child, isWanted, timeoutMs = 60_000) {
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      settle(value);
    };
    const onMessage = (message) => isWanted(message) && finish(resolve, message);
    const onExit = (code, signal) =>
      finish(reject, new Error(`A child process ended early (${signal ?? code}).`));
    const timer = setTimeout(
      finish,
      timeoutMs,
      reject,
      new Error(`A child process was silent for ${timeoutMs} ms.`),
    );
    child.on('message', onMessage).on('exit', onExit);
  });
}
