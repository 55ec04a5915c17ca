import { Injectable } from '@nestjs/common';
import { assertNever, DomainError } from '../common/index.js';
import { Environment } from '../config/index.js';
import type { AccessRule } from './access-rule.js';
import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { countOrRefuse } from './per-minute.limit.js';
import { RateLimiter } from './rate-limiter.js';

const BEARER = /^Bearer +([\x21-\x7e]{1,8192})$/i;

/** Decides whether a request may go on. For routes by `AccessGuard`; a middleware may ask it as well. */
@Injectable()
export class AccessControl {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly rateLimiter: RateLimiter,
    private readonly environment: Environment,
  ) {}

  /**
   * @param authorization the header of that name.
   * @returns the caller; null where the rule asks for none.
   * @throws DomainError `unauthenticated`, `rate_limited`, `insufficient_scope` or `unavailable`.
   */
  async admit(rule: AccessRule, authorization: string | undefined): Promise<Caller | null> {
    if (rule.kind === 'public') return null;
    if (rule.kind === 'operations' && this.environment.PUBLIC_OPERATIONS) return null;
    const caller = await this.identify(authorization);
    await this.limit(caller);
    assertAllowed(rule, caller);
    return caller;
  }

  private async identify(authorization: string | undefined): Promise<Caller> {
    const credential = BEARER.exec(authorization ?? '')?.[1];
    if (credential === undefined) {
      throw new DomainError(
        'unauthenticated',
        'Send your API key in the header `Authorization: Bearer <key>`.',
      );
    }
    const caller = await this.authenticator.authenticate(credential);
    if (caller === null) {
      throw new DomainError(
        'unauthenticated',
        'This API key is unknown, revoked or expired. Use another one.',
      );
    }
    return caller;
  }

  private async limit(caller: Caller): Promise<void> {
    const requests = this.environment.API_RATE_LIMIT;
    await countOrRefuse(this.rateLimiter, {
      subject: `api:${caller.kind === 'platform' ? 'platform' : caller.keyId}`,
      requests,
      message: `This API key may make ${requests} requests a minute.`,
    });
  }
}

function assertAllowed(rule: Exclude<AccessRule, { kind: 'public' }>, caller: Caller): void {
  if (caller.kind === 'platform' || rule.kind === 'anyKey') return;
  switch (rule.kind) {
    case 'platform':
    case 'operations':
      throw new DomainError('insufficient_scope', 'This takes the platform key.');
    case 'scopes': {
      const missing = rule.scopes.filter((scope) => !caller.scopes.includes(scope));
      if (missing.length === 0) return;
      const names = missing.join(' and ');
      throw new DomainError('insufficient_scope', `This API key lacks ${names}. Use a key that has it.`);
    }
    default:
      assertNever(rule);
  }
}
