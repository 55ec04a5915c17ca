import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretKeyring } from './secret-keyring.js';

describe('the secret keyring', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keyring-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const embedded = () => ({ DATA_DIR: join(folder, 'data'), isEmbedded: true });

  it('is made at the first start, for its owner only, and found again at the next', async () => {
    const first = await SecretKeyring.load(embedded());
    const path = join(folder, 'data', 'secret-keys');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    expect(readFileSync(path, 'utf8')).toMatch(/^k[0-9a-f]{8}:[A-Za-z0-9+/]{43}=\n$/);
    expect((await SecretKeyring.load(embedded())).current).toEqual(first.current);
  });

  it('is one and the same for processes that start together, and leaves no drafts behind', async () => {
    const rings = await Promise.all(Array.from({ length: 20 }, () => SecretKeyring.load(embedded())));
    expect(new Set(rings.map(({ current }) => current.id)).size).toBe(1);
    expect(readdirSync(join(folder, 'data'))).toEqual(['secret-keys']);
  });

  it('takes SECRET_KEYS as it is and writes nothing', async () => {
    const text = `new:${Buffer.alloc(32, 1).toString('base64')},old:${Buffer.alloc(32, 2).toString('base64')}`;
    const ring = await SecretKeyring.load({ ...embedded(), SECRET_KEYS: text });
    expect(ring.current.id).toBe('new');
    expect(ring.find('old')?.key).toEqual(Buffer.alloc(32, 2));
    expect(ring.find('other')).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a database server without SECRET_KEYS instead of making a key that other processes lack', async () => {
    await expect(SecretKeyring.load({ ...embedded(), isEmbedded: false })).rejects.toThrow('SECRET_KEYS');
  });

  it('refuses a damaged file instead of replacing the key that opens every secret, and does not print it', async () => {
    await SecretKeyring.load(embedded());
    const path = join(folder, 'data', 'secret-keys');
    chmodSync(path, 0o600);
    writeFileSync(path, 'k1:not-a-key');
    const error = await SecretKeyring.load(embedded()).catch((thrown: Error) => thrown);
    expect(String(error)).toContain('DATA_DIR/secret-keys');
    expect(String(error)).not.toContain('not-a-key');
    expect(readFileSync(path, 'utf8')).toBe('k1:not-a-key');
  });
});
