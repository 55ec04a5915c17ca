import crypto from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformKey, sha256 } from './platform-key.js';

describe('the platform key', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'platform-key-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = async (settings: { ADMIN_API_KEY?: string; PROCESS_ROLE?: 'all' | 'worker' } = {}) => {
    const printed: string[] = [];
    const environment = { DATA_DIR: join(folder, 'data'), PROCESS_ROLE: 'all' as const, ...settings };
    return {
      key: await PlatformKey.load(environment, (text) => printed.push(text)),
      printed: printed.join(''),
    };
  };
  const path = () => join(folder, 'data', 'admin-api-key');

  it('is the one of ADMIN_API_KEY, and then nothing is written or printed', async () => {
    const { key, printed } = await load({ ADMIN_API_KEY: 'a-key-of-the-operator' });
    expect(key.matches(sha256('a-key-of-the-operator'))).toBe(true);
    expect(key.matches(sha256('a-key-of-the-operatos'))).toBe(false);
    expect(printed).toBe('');
    expect(() => statSync(path())).toThrow('ENOENT');
  });

  it.each([
    ['an empty guess', ''],
    ['a short one', 'a'],
    ['one that is wrong at its end', 'a-key-of-the-operatos'],
    ['a long one', 'x'.repeat(8000)],
  ])('is held against %s in constant time: hashes of one length, to the last byte', async (_what, guess) => {
    const { key } = await load({ ADMIN_API_KEY: 'a-key-of-the-operator' });
    const compare = jest.spyOn(crypto, 'timingSafeEqual');
    expect(key.matches(sha256(guess))).toBe(false);
    expect(compare.mock.calls.map((sides) => sides.map(({ byteLength }) => byteLength))).toEqual([[32, 32]]);
    compare.mockRestore();
  });

  it('is made at the first start, printed once and kept for its owner only', async () => {
    const first = await load();
    const text = readFileSync(path(), 'utf8').trim();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(first.printed).toContain(text);
    expect(first.key.matches(sha256(text))).toBe(true);
    const second = await load();
    expect(second.printed).toBe('');
    expect(second.key.matches(sha256(text))).toBe(true);
  });

  it('may be put into the file by hand', async () => {
    await load();
    writeFileSync(path(), 'chosen-by-the-operator\n');
    expect((await load()).key.matches(sha256('chosen-by-the-operator'))).toBe(true);
  });

  it('stops the start when the file holds no key, without printing what it holds', async () => {
    await load();
    writeFileSync(path(), 'too short');
    await expect(load()).rejects.toThrow(/^DATA_DIR\/admin-api-key wants (?!.*too short)/);
  });

  it('is neither made nor known in a worker, which answers no calls', async () => {
    const { key, printed } = await load({ PROCESS_ROLE: 'worker' });
    expect(printed).toBe('');
    expect(key.matches(sha256(''))).toBe(false);
    expect(() => statSync(path())).toThrow('ENOENT');
  });
});
