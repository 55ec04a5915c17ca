import { Logger } from '@nestjs/common';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { type Clock, isUuid, loggableError, UnavailableError } from '../common/index.js';
import { requestKeySet } from '../egress/index.js';
import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { isScope } from './scopes.js';

export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Finds the public key of a token. */
  readonly keys: JWTVerifyGetKey;
}

/** Asymmetric only, whatever a token or a key set asks for: with HS256 the public key would sign. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 5;
const KEY_SET_TIMEOUT_MS = 3000;

/**
 * Tokens (RFC 7519) of an identity provider. Claims: `exp`, `sub`, `organization_id` (UUID) and `scope`,
 * separated by spaces (RFC 8693) or as an array. Unknown scopes are left out: the provider serves others too.
 */
export class JwtAuthenticator extends Authenticator {
  private readonly logger = new Logger('Access');

  constructor(
    private readonly options: JwtOptions,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** With the JSON Web Key Set at `url`, read when needed and kept for ten minutes. */
  static withKeySetAt(url: string, options: Omit<JwtOptions, 'keys'>, clock: Clock): JwtAuthenticator {
    const keys = createRemoteJWKSet(new URL(url), {
      cooldownDuration: 10_000,
      [customFetch]: (keySetUrl, { headers }) => requestKeySet(keySetUrl, headers, KEY_SET_TIMEOUT_MS),
    });
    return new JwtAuthenticator({ ...options, keys }, clock);
  }

  override async authenticate(credential: string): Promise<Caller | null> {
    if (credential.split('.').length !== 3) return null;
    const claims = await this.verified(credential);
    const organizationId = claims?.['organization_id'];
    if (!isSubject(claims?.sub) || !isUuid(organizationId)) return null;
    return {
      kind: 'organization',
      organizationId: organizationId.toLowerCase(),
      keyId: `jwt:${claims.sub}`,
      keyName: typeof claims['name'] === 'string' ? claims['name'].slice(0, 100) : claims.sub.slice(0, 100),
      scopes: scopesOf(claims).filter(isScope),
    };
  }

  private async verified(token: string): Promise<JWTPayload | null> {
    const { issuer, audience, keys } = this.options;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub', 'organization_id'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: this.clock.now(),
      });
      return payload;
    } catch (error) {
      if (isTokensFault(error)) return null;
      this.logger.warn({ event: 'jwt.key_set_unavailable', err: loggableError(error) });
      throw new UnavailableError('The key set of the token issuer', { cause: error });
    }
  }
}

/** OpenID Connect Core, section 2: at most 255 characters. It stands in the audit log, whose text knows no NUL. */
const isSubject = (sub: string | undefined): sub is string =>
  sub !== undefined && sub.length <= 255 && /^\P{C}+$/u.test(sub);

/** Everything else means that the key set did not come: no reason to call a good token bad. */
function isTokensFault(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    // What jose throws itself for a key set that did not answer 200 with JSON.
    error.code !== 'ERR_JOSE_GENERIC'
  );
}

function scopesOf({ scope }: JWTPayload): unknown[] {
  if (Array.isArray(scope)) return scope;
  return typeof scope === 'string' ? scope.split(' ') : [];
}
