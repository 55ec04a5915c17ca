import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FolderLock } from './folder-lock.js';

const STOP_TIMEOUT_MS = 5000;

/**
 * PGlite in a worker thread, behind a unix socket that only this user can open. TypeORM's ordinary
 * `postgres` driver connects to it as to any server. Survives `kill -9`; it never calls fsync, so a power
 * cut may cost the last writes (docs/operating.md).
 */
export class EmbeddedPostgres {
  private constructor(
    /** A folder, as libpq names unix sockets: pass it as `host`. */
    readonly socketFolder: string,
    private readonly worker: Worker,
    private readonly lock: FolderLock,
  ) {}

  /** @throws Error when another process has `dataDir` open or the files cannot be read. */
  static async start(dataDir: string): Promise<EmbeddedPostgres> {
    const folder = resolve(dataDir);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await FolderLock.take(folder);
    const socketFolder = await mkdtemp(join(tmpdir(), 'chatbot-webhooks-'));
    const worker = new Worker(join(__dirname, 'pglite.worker.mjs'), {
      workerData: {
        dataDir: join(folder, 'postgres'),
        socketPath: join(socketFolder, '.s.PGSQL.5432'),
        // The application's one, and at the start two that run our migrations and then two that run a host's: the
        // server may not have noticed yet that the first two are gone.
        maxConnections: 5,
      },
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
      await rm(socketFolder, { recursive: true, force: true });
      await lock.release();
      throw new Error(`The embedded database in ${dataDir} does not open.`, { cause: error });
    }
    worker.removeAllListeners('exit').removeAllListeners('error');
    // Without its database the process can keep no promise: end, so that a supervisor starts it anew.
    worker.on('error', (error) => {
      throw new Error('The embedded database crashed.', { cause: error });
    });
    return new EmbeddedPostgres(socketFolder, worker, lock);
  }

  async stop(): Promise<void> {
    this.worker.removeAllListeners('error').on('error', () => undefined);
    const closed = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
    this.worker.postMessage('close');
    const deadline = setTimeout(() => void this.worker.terminate(), STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(deadline);
    await rm(this.socketFolder, { recursive: true, force: true });
    await this.lock.release();
  }
}
