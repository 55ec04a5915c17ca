import { Logger } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreatePrivateFile } from '../common/index.js';
import { type Environment, EnvironmentError } from '../config/index.js';

const logger = new Logger('Access');

export const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** The key that may do everything. Kept as its hash. */
export class PlatformKey {
  private constructor(private readonly hash: Buffer | null) {}

  /** In constant time: hashes have equal lengths, and tell nothing of how far a guess was right. */
  matches(credentialHash: Buffer): boolean {
    return this.hash !== null && timingSafeEqual(this.hash, credentialHash);
  }

  /**
   * ADMIN_API_KEY; without it, the key in `DATA_DIR/admin-api-key`, which the first start makes and prints.
   * A worker answers no API calls and makes none.
   *
   * @param print where the new key goes, once; not a logger, whose lines are kept and shipped.
   */
  static async load(
    environment: Pick<Environment, 'ADMIN_API_KEY' | 'DATA_DIR' | 'PROCESS_ROLE'>,
    print: (text: string) => void,
  ): Promise<PlatformKey> {
    const given = environment.ADMIN_API_KEY;
    if (given !== undefined) {
      // The operator's own choice, and only on a laptop a good one.
      if (given.length < 16)
        logger.warn('ADMIN_API_KEY is short enough to be guessed. Use 16 characters or more.');
      return new PlatformKey(sha256(given));
    }
    if (environment.PROCESS_ROLE === 'worker') return new PlatformKey(null);
    const path = join(environment.DATA_DIR, 'admin-api-key');
    const { content, isNew } = await readOrCreatePrivateFile(path, () => `${newPlatformKey()}\n`);
    const key = content.trim();
    if (!/^[\x21-\x7e]{16,200}$/.test(key)) {
      throw new EnvironmentError([
        'DATA_DIR/admin-api-key wants 16 to 200 printable characters; or delete it',
      ]);
    }
    if (isNew) print(announcement(key, path));
    return new PlatformKey(sha256(key));
  }
}

const newPlatformKey = (): string => `cbwp_${randomBytes(32).toString('base64url')}`;

const announcement = (key: string, path: string): string =>
  `\n  Platform API key, made now and shown only this once:\n\n    ${key}\n\n  It is kept in ${path}\n\n`;
