import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from './embedded-postgres.js';

describe('the files of the embedded database', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    // As container volumes and service managers make it.
    await chmod(folder, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // PGlite makes files that everybody may write: only their folder stands before them.
  const startAndStop = async () => {
    const postgres = await EmbeddedPostgres.start(folder);
    const { mode } = await stat(join(folder, 'postgres'));
    await postgres.stop();
    return mode & 0o777;
  };

  it('are for nobody else in a folder that everybody may read', async () => {
    expect(await startAndStop()).toBe(0o700);
  }, 60_000);

  it('are for nobody else from the next start on if they once were', async () => {
    await chmod(join(folder, 'postgres'), 0o755);
    expect(await startAndStop()).toBe(0o700);
  });
});
