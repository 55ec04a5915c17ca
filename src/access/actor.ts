import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { type Caller, callerOf } from './caller.js';

/** Who does something and from where, as the audit log will say. */
export interface Actor {
  readonly caller: Caller | 'system';
  readonly remoteAddress: string | null;
}

/** The caller with the address it calls from: for routes whose doing is audited. */
export interface RequestActor extends Actor {
  readonly caller: Caller;
}

export const CurrentActor = createParamDecorator(
  (_data: unknown, context: ExecutionContext): RequestActor => {
    const request = context.switchToHttp().getRequest<Request>();
    return { caller: callerOf(request), remoteAddress: request.ip ?? null };
  },
);
