import type { FactoryProvider } from '@nestjs/common';
import { Clock } from '../common/index.js';
import { Environment } from '../config/index.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';
import { ApiKeyLastUse } from './api-key-last-use.js';
import { ApiKeyLookup } from './api-key-lookup.js';
import { Authenticator } from './authenticator.js';
import { FirstMatchAuthenticator } from './first-match.authenticator.js';
import { JwtAuthenticator } from './jwt.authenticator.js';
import { PlatformKey } from './platform-key.js';

/**
 * Binds `Authenticator` to API keys, and to tokens as well where JWT_JWKS_URL is set. A provider of its own
 * rather than of `AccessModule`: where a host brings its own login, no platform key is made or printed.
 */
export const defaultAuthenticator: FactoryProvider<Authenticator> = {
  provide: Authenticator,
  inject: [Environment, ApiKeyLookup, ApiKeyLastUse, Clock],
  useFactory: async (
    environment: Environment,
    lookup: ApiKeyLookup,
    lastUse: ApiKeyLastUse,
    clock: Clock,
  ): Promise<Authenticator> => {
    const platformKey = await PlatformKey.load(environment, (text) => void process.stdout.write(text));
    const apiKeys = new ApiKeyAuthenticator(platformKey, lookup, lastUse, clock);
    const { JWT_JWKS_URL: keySetUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = environment;
    if (keySetUrl === undefined || issuer === undefined || audience === undefined) return apiKeys;
    return new FirstMatchAuthenticator([
      apiKeys,
      JwtAuthenticator.withKeySetAt(keySetUrl, { issuer, audience }, clock),
    ]);
  },
};
