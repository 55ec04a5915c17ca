import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { NotFoundError } from '../common/index.js';
import type { Scope } from './scopes.js';

/** Who makes a request, as the authenticator established it. */
export type Caller =
  | { readonly kind: 'platform' }
  | {
      readonly kind: 'organization';
      readonly organizationId: string;
      /** Stable over the life of the key: the audit log and the rate limit go by it. */
      readonly keyId: string;
      readonly keyName: string;
      readonly scopes: readonly Scope[];
    };

const CALLER = Symbol('chatbot-webhooks caller');

export function attachCaller(request: Request, caller: Caller): void {
  (request as { [CALLER]?: Caller })[CALLER] = caller;
}

/** The caller of this request. Only on routes that need a key: a public one has none, and this throws. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest()),
);

export function callerOf(request: object): Caller {
  const caller = (request as { [CALLER]?: Caller })[CALLER];
  if (caller === undefined) throw new Error('A route that asks for no API key has no caller.');
  return caller;
}

export function mayAct(caller: Caller, organizationId: string): boolean {
  return caller.kind === 'platform' || caller.organizationId === organizationId.toLowerCase();
}

/**
 * @param what the thing asked for, such as `Chatbot`.
 * @throws NotFoundError for another organization's things: whether they exist is not the caller's to know.
 */
export function assertVisible(caller: Caller, organizationId: string, what: string): void {
  if (!mayAct(caller, organizationId)) throw new NotFoundError(what);
}
