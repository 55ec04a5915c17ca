import { type CanActivate, type ExecutionContext, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { DomainError, refuseUnreadableBody } from '../common/index.js';
import { AccessControl } from './access-control.js';
import { AccessOptions } from './access-options.js';
import { ACCESS_RULE, type AccessRule } from './access-rule.js';
import { attachCaller } from './caller.js';

/** Global: every route declares who may call it, and one that does not is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly control: AccessControl,
    @Optional() private readonly options: AccessOptions = new AccessOptions(),
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<Request>();
    if (rule === undefined) this.refuseUndeclared();
    else {
      const caller = await this.control.admit(rule, request.headers.authorization);
      if (caller !== null) attachCaller(request, caller);
    }
    refuseUnreadableBody(request);
    return true;
  }

  private refuseUndeclared(): void {
    if (this.options.undeclaredRoutes === 'leave') return;
    throw new DomainError('insufficient_scope', 'This route says of nobody that they may call it.');
  }
}
