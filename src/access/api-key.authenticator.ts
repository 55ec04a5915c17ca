import { type Clock, orUnavailable } from '../common/index.js';
import type { ApiKeyLastUse } from './api-key-last-use.js';
import type { ApiKeyLookup } from './api-key-lookup.js';
import { API_KEY_SHAPE } from './api-key-text.js';
import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { type PlatformKey, sha256 } from './platform-key.js';
import { isScope } from './scopes.js';

/** The platform key, and the keys that organizations were given. */
export class ApiKeyAuthenticator extends Authenticator {
  constructor(
    private readonly platformKey: PlatformKey,
    private readonly lookup: ApiKeyLookup,
    private readonly lastUse: ApiKeyLastUse,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async authenticate(credential: string): Promise<Caller | null> {
    const hash = sha256(credential);
    // First and without the database: the operator's key works while that is away.
    if (this.platformKey.matches(hash)) return { kind: 'platform' };
    if (!API_KEY_SHAPE.test(credential)) return null;
    const key = await this.lookup.find(hash).catch((error: unknown) => {
      throw orUnavailable(error);
    });
    if (key === null || (key.expiresAt !== null && key.expiresAt <= this.clock.now())) return null;
    this.lastUse.note(key.id);
    return {
      kind: 'organization',
      organizationId: key.organizationId,
      keyId: key.id,
      keyName: key.name,
      scopes: key.scopes.filter(isScope),
    };
  }
}
