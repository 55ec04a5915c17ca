import { transformFile } from '@swc/core';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

  it('goes to one of many who find the lock of a killed owner', async () => {
    for (let round = 0; round < 100; round++) {
      const data = join(folder, String(round));
      await mkdir(data);
      await writeFile(join(data, 'lock'), STALE);
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => FolderLock.take(data)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  it('goes to one of several processes that start over the lock of a killed owner', async () => {
    const rounds = 150;
    for (let round = 0; round < rounds; round++) {
      await mkdir(join(folder, String(round)));
      await writeFile(join(folder, String(round), 'lock'), STALE);
    }
    const script = join(folder, 'taker.cjs');
    await writeFile(script, await takerScript());
    const takers = Array.from({ length: 4 }, () => fork(script, [folder, String(rounds)]));
    await Promise.all(takers.map(nextMessage));
    const startsAtMs = Date.now() + 100;
    const won = await Promise.all(
      takers.map((taker) => {
        taker.send(startsAtMs);
        return nextMessage(taker);
      }),
    );
    // Only now may they go: the lock of a process that is gone is free again.
    for (const taker of takers) taker.disconnect();
    const winners = Array.from(
      { length: rounds },
      (_, round) => won.filter((rounds) => (rounds as number[]).includes(round)).length,
    );
    expect(winners).toEqual(Array.from({ length: rounds }, () => 1));
  });

  it('leaves nothing behind, whatever it found', async () => {
    await writeFile(path(), STALE);
    const lock = await FolderLock.take(folder);
    expect(await readdir(folder)).toHaveLength(1);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });
});

/** No system gives a process this number. */
const STALE = JSON.stringify({ pid: 2 ** 31 - 2, startedAt: '1' });

/** Meets the others at a moment of the clock for each of the folders `0`, `1` …, and says which it got. */
async function takerScript(): Promise<string> {
  const { code } = await transformFile(join(__dirname, 'folder-lock.ts'), {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  return `${code}
    const [, , folder, rounds] = process.argv;
    process.on('message', async (startsAtMs) => {
      const won = [];
      for (let round = 0; round < Number(rounds); round++) {
        await new Promise((resolve) => setTimeout(resolve, startsAtMs + round * 10 - Date.now()));
        await exports.FolderLock.take(folder + '/' + round).then(() => won.push(round), () => undefined);
      }
      process.send(won);
    });
    process.send('ready');`;
}

async function nextMessage(taker: ChildProcess): Promise<unknown> {
  const [message] = (await once(taker, 'message')) as [unknown];
  return message;
}
