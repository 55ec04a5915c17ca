import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLock } from './folder-lock.js';

describe('the lock of a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'folder-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const path = () => join(folder, 'lock');

  it('keeps a second owner out, says who has it, and is free again afterwards', async () => {
    const lock = await FolderLock.take(folder);
    await expect(FolderLock.take(folder)).rejects.toThrow(
      `The data folder ${folder} is in use by process ${process.pid}.`,
    );
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    await lock.release();
    await (await FolderLock.take(folder)).release();
  });

  it('is no lock when its owner was killed', async () => {
    const owner = spawn('sleep', ['30']);
    const died = new Promise((resolve) => owner.once('exit', resolve));
    await writeFile(path(), JSON.stringify({ pid: owner.pid, startedAt: null }));
    owner.kill('SIGKILL');
    await died;
    await (await FolderLock.take(folder)).release();
  });

  it('is no lock when another process has got the number of its owner', async () => {
    const lock = await FolderLock.take(folder);
    const mine = JSON.parse(await readFile(path(), 'utf8')) as { startedAt: string | null };
    // Where the system does not tell start times, the number alone has to do.
    if (mine.startedAt === null) return lock.release();
    await writeFile(path(), JSON.stringify({ ...mine, startedAt: '1' }));
    await (await FolderLock.take(folder)).release();
  });

  it.each(['', '{"pid":', 'junk'])(
    'is no lock when it says %j: its owner died writing it',
    async (content) => {
      await writeFile(path(), content);
      await (await FolderLock.take(folder)).release();
    },
  );

  it('goes to one of many who come at once', async () => {
    for (let round = 0; round < 100; round++) {
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => FolderLock.take(folder)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await rm(path());
    }
  });
});
