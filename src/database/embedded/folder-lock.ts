import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps two processes from opening one data folder: PGlite would not notice and would damage it.
 * The lock names its owner's process id and start time, so that a killed owner's lock is no lock.
 */
export class FolderLock {
  private constructor(private readonly path: string) {}

  static async take(folder: string): Promise<FolderLock> {
    const path = join(folder, 'lock');
    const mine = JSON.stringify({ pid: process.pid, startedAt: await startTimeOf(process.pid) });
    for (let tries = 0; tries < 3; tries++) {
      try {
        await writeFile(path, mine, { flag: 'wx', mode: 0o600 });
        return new FolderLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        await refuseIfHeld(path, folder);
        await rm(path, { force: true });
      }
    }
    throw new Error(
      `${path} changes under our hands: another process is starting. Start one process per data folder.`,
    );
  }

  async release(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

async function refuseIfHeld(path: string, folder: string): Promise<void> {
  const owner = parseOwner(await readFile(path, 'utf8').catch(() => ''));
  if (!owner || !isAlive(owner.pid)) return;
  if ((await startTimeOf(owner.pid)) !== owner.startedAt) return;
  throw new Error(
    `The data folder ${folder} is in use by process ${owner.pid}. Stop it, or give this one another DATA_DIR.`,
  );
}

function parseOwner(text: string): { pid: number; startedAt: string | null } | null {
  try {
    return JSON.parse(text) as { pid: number; startedAt: string | null };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux: field 22 of /proc/<pid>/stat, clock ticks since boot. Elsewhere null: the process id alone decides. */
async function startTimeOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The second field is the command in parentheses and may itself hold blanks and parentheses.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
