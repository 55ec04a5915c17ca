import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The content of a file that only its owner may read (mode 0600, in a folder of mode 0700), made by `create`
 * if there is none. Of several processes that start together one makes it, and all get that one's content.
 */
export async function readOrCreatePrivateFile(
  path: string,
  create: () => string,
): Promise<{ content: string; isNew: boolean }> {
  const found = await readIfThere(path);
  if (found !== null) return { content: found, isNew: false };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const content = create();
  // Written and synced aside, then linked: a link is exclusive, and nobody ever reads half a file.
  const draft = `${path}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
    await handle.close();
    await link(draft, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    const winners = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readIfThere(path) : null;
    if (winners === null) throw error;
    return { content: winners, isNew: false };
  } finally {
    await unlink(draft);
  }
  await syncFolder(dirname(path));
  return { content, isNew: true };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A new name lasts through a power loss only once its folder is on disk as well. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
