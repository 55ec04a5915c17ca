import { Injectable } from '@nestjs/common';
import { Clock } from '../common/index.js';
import { Environment } from '../config/index.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyLastUse } from './api-key-last-use.js';
import { ApiKeyLookup } from './api-key-lookup.js';
import type { Authenticator } from './authenticator.js';
import { FirstMatchAuthenticator } from './first-match.authenticator.js';
import { JwtAuthenticator } from './jwt.authenticator.js';
import { PlatformKey } from './platform-key.js';

/**
 * API keys, and tokens as well where JWT_JWKS_URL is set. Created only where no host brings its own login:
 * then no platform key is made or printed.
 */
@Injectable()
export class DefaultAuthenticator {
  constructor(
    private readonly environment: Environment,
    private readonly lookup: ApiKeyLookup,
    private readonly lastUse: ApiKeyLastUse,
    private readonly clock: Clock,
  ) {}

  async create(): Promise<Authenticator> {
    const platformKey = await PlatformKey.load(this.environment, (text) => void process.stdout.write(text));
    const apiKeys = new ApiKeyAuthenticator(platformKey, this.lookup, this.lastUse, this.clock);
    const { JWT_JWKS_URL: keySetUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = this.environment;
    if (keySetUrl === undefined || issuer === undefined || audience === undefined) return apiKeys;
    return new FirstMatchAuthenticator([
      apiKeys,
      JwtAuthenticator.withKeySetAt(keySetUrl, { issuer, audience }, this.clock),
    ]);
  }
}
