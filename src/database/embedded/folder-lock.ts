import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `lock`; and `lock.1` and so on, taken while the lock of a killed owner still lay there. */
const LOCK_NAME = /^lock(?:\.(\d+))?$/;
const MAX_TRIES = 5;

/** A process; the start time tells it from a later one with the same number. */
interface Owner {
  pid: number;
  startedAt: string | null;
}

interface Lock {
  path: string;
  number: number;
  /** Null: it does not say. */
  owner: Owner | null;
  isHeld: boolean;
}

/**
 * Keeps two processes from opening one data folder: PGlite would not notice and would damage it.
 * A lock names its owner's process id and start time, so that a killed owner's lock is no lock.
 *
 * A dead lock is not replaced: between seeing that it is dead and replacing it, it may have become somebody's.
 * Instead the next number is taken, and then looked again: of two that took one, at least the later sees the
 * other's and gives its own back. Dead locks are cleared away by the one that holds the folder, and nobody else.
 */
export class FolderLock {
  private constructor(private readonly path: string) {}

  /** @throws Error when another process has the folder. */
  static async take(folder: string): Promise<FolderLock> {
    const draft = join(folder, `lock.${randomUUID()}`);
    const owner: Owner = { pid: process.pid, startedAt: await startTimeOf(process.pid) };
    await writeFile(draft, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    try {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const path = await tryToTake(folder, draft);
        if (path !== null) return new FolderLock(path);
      }
    } finally {
      await unlink(draft);
    }
    throw new Error(
      `The locks in ${folder} change under our hands: another process is starting. Start one process per data folder.`,
    );
  }

  async release(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/** The path of the lock that is now ours; null if another process was about to take one as well. */
async function tryToTake(folder: string, draft: string): Promise<string | null> {
  const locks = await findLocks(folder);
  refuseIfHeld(locks, folder);
  const number = Math.max(-1, ...locks.map((lock) => lock.number)) + 1;
  const path = join(folder, number === 0 ? 'lock' : `lock.${number}`);
  // A link is exclusive and brings its content along: nobody ever reads a lock that does not name its owner yet.
  if (!(await linkUnlessThere(draft, path))) return null;

  const others = (await findLocks(folder)).filter((lock) => lock.number !== number);
  if (others.some(({ isHeld }) => isHeld)) {
    await unlink(path);
    return null;
  }
  if (others.length > 0) await clearDeadLocks(folder);
  return path;
}

/** Looks anew: what was seen before we held the folder may have been cleared, and taken again, since. */
async function clearDeadLocks(folder: string): Promise<void> {
  const dead = (await findLocks(folder)).filter(({ isHeld }) => !isHeld);
  await Promise.all(dead.map(({ path }) => unlink(path)));
}

function refuseIfHeld(locks: readonly Lock[], folder: string): void {
  const held = locks.find(({ isHeld }) => isHeld);
  if (held === undefined) return;
  throw new Error(
    `The data folder ${folder} is in use by process ${held.owner?.pid}. Stop it, or give this one another DATA_DIR.`,
  );
}

async function findLocks(folder: string): Promise<Lock[]> {
  const locks = (await readdir(folder)).map(async (name): Promise<Lock | null> => {
    const match = LOCK_NAME.exec(name);
    if (match === null) return null;
    const path = join(folder, name);
    const text = await readUnlessGone(path);
    if (text === null) return null;
    const owner = parseOwner(text);
    return { path, number: Number(match[1] ?? 0), owner, isHeld: owner !== null && (await isRunning(owner)) };
  });
  return (await Promise.all(locks)).filter((lock) => lock !== null);
}

async function isRunning({ pid, startedAt }: Owner): Promise<boolean> {
  return isAlive(pid) && (await startTimeOf(pid)) === startedAt;
}

async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readUnlessGone(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseOwner(text: string): Owner | null {
  try {
    return JSON.parse(text) as Owner;
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
