import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const STOP_TIMEOUT_MS = 5000;

/**
 * The application's one connection, and at the start two that run our migrations and then two that run a
 * host's: the server may not have noticed yet that the first two are gone.
 */
const MAX_CONNECTIONS = 5;

/** PGlite in a thread of its own, listening on a unix socket. */
export class PgliteThread {
  private constructor(private readonly worker: Worker) {}

  /** @throws Error when the folder cannot be opened */
  static async start(folder: string, socketPath: string): Promise<PgliteThread> {
    const worker = new Worker(join(__dirname, 'pglite.worker.mjs'), {
      workerData: { dataDir: folder, socketPath, maxConnections: MAX_CONNECTIONS },
      // Neither the parent's loaders nor its test runner's flags belong in here.
      execArgv: [],
    });
    try {
      await new Promise<void>((ready, failed) => {
        worker.once('message', () => ready());
        worker.once('error', failed);
        worker.once('exit', (code) =>
          failed(new Error(`The embedded database ended with code ${code} at its start.`)),
        );
      });
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    worker.removeAllListeners('exit').removeAllListeners('error');
    // Without its database the process can keep no promise: end, so that a supervisor starts it anew.
    worker.on('error', (error) => {
      throw new Error('The embedded database crashed.', { cause: error });
    });
    return new PgliteThread(worker);
  }

  async stop(): Promise<void> {
    this.worker.removeAllListeners('error').on('error', () => undefined);
    const closed = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
    this.worker.postMessage('close');
    const deadline = setTimeout(() => void this.worker.terminate(), STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(deadline);
  }
}
