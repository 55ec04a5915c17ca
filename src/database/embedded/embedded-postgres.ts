import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { FolderLock } from './folder-lock.js';
import { PgliteThread } from './pglite-thread.js';

/** As PostgreSQL asks for itself. PGlite does not, and lets everybody write its files: DATA_DIR may be open to all. */
const OWNER_ONLY = 0o700;

/**
 * PGlite in a worker thread, behind a unix socket that only this user can open. TypeORM's ordinary
 * `postgres` driver connects to it as to any server. Survives `kill -9`; it never calls fsync, so a power
 * cut may cost the last writes (docs/operating.md).
 */
export class EmbeddedPostgres {
  private constructor(
    /** A folder, as libpq names unix sockets: pass it as `host`. */
    readonly socketFolder: string,
    private readonly thread: PgliteThread,
    private readonly lock: FolderLock,
  ) {}

  /** @throws Error when another process has `dataDir` open or the files cannot be read. */
  static async start(dataDir: string): Promise<EmbeddedPostgres> {
    const folder = resolve(dataDir);
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
    const lock = await FolderLock.take(folder);
    const socketFolder = await mkdtemp(join(tmpdir(), 'chatbot-webhooks-'));
    const socketPath = join(socketFolder, '.s.PGSQL.5432');
    try {
      const files = join(folder, 'postgres');
      if (!existsSync(files)) await createFiles(files);
      await chmod(files, OWNER_ONLY);
      return new EmbeddedPostgres(socketFolder, await PgliteThread.start(files, socketPath), lock);
    } catch (error) {
      await rm(socketFolder, { recursive: true, force: true });
      await lock.release();
      throw new Error(`The embedded database in ${dataDir} does not open.`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    await this.thread.stop();
    await rm(this.socketFolder, { recursive: true, force: true });
    await this.lock.release();
  }
}

/** Beside, and then renamed: a process that is killed meanwhile leaves nothing that looks finished. */
async function createFiles(files: string): Promise<void> {
  const unfinished = `${files}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: OWNER_ONLY });
  await promisify(execFile)(process.execPath, [join(__dirname, 'create-files.worker.mjs'), unfinished]);
  await rename(unfinished, files);
}
