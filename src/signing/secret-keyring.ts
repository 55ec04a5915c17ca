import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreatePrivateFile } from '../common/index.js';
import { type Environment, EnvironmentError, parseSecretKeys } from '../config/index.js';

export interface SecretKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** The keys that protect webhook secrets at rest: the first encrypts, all decrypt. */
export class SecretKeyring {
  private readonly byId: ReadonlyMap<string, SecretKey>;
  readonly current: SecretKey;

  constructor(keys: readonly SecretKey[]) {
    const [current] = keys;
    if (current === undefined) throw new Error('A keyring needs at least one key.');
    this.current = current;
    this.byId = new Map(keys.map((key) => [key.id, key]));
  }

  find(id: string): SecretKey | null {
    return this.byId.get(id) ?? null;
  }

  /**
   * The keys of SECRET_KEYS; with the embedded database, and without the variable, those of
   * `DATA_DIR/secret-keys`, which the first start makes.
   *
   * @throws EnvironmentError when there are none, or the file holds something else.
   */
  static async load(
    environment: Pick<Environment, 'SECRET_KEYS' | 'DATA_DIR' | 'isEmbedded'>,
  ): Promise<SecretKeyring> {
    if (environment.SECRET_KEYS !== undefined) return fromText(environment.SECRET_KEYS, 'SECRET_KEYS');
    // A key in one process's folder would lock out every other process on the same database.
    if (!environment.isEmbedded) {
      throw new EnvironmentError(['SECRET_KEYS wants id:base64(32 bytes)[,…] when the database is a server']);
    }
    const { content } = await readOrCreatePrivateFile(join(environment.DATA_DIR, 'secret-keys'), newKeyText);
    return fromText(content, 'DATA_DIR/secret-keys');
  }
}

function fromText(text: string, source: string): SecretKeyring {
  const keys = parseSecretKeys(text);
  if (keys === null)
    throw new EnvironmentError([`${source} wants id:base64(32 bytes)[,…] with distinct ids`]);
  return new SecretKeyring(keys);
}

/** The id is random too: a lost file is then told apart from a wrong one. */
const newKeyText = (): string => `k${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}\n`;
