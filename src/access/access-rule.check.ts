import { Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { AccessOptions } from './access-options.js';
import { ACCESS_RULE } from './access-rule.js';

type Handler = (...args: never[]) => unknown;

/** Stops the start of a server with a route that nobody thought about. */
@Injectable()
export class AccessRuleCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    @Optional() private readonly options: AccessOptions = new AccessOptions(),
  ) {}

  onModuleInit(): void {
    if (this.options.undeclaredRoutes === 'leave') return;
    const undeclared = this.discovery.getControllers().flatMap(({ metatype }) => this.undeclaredIn(metatype));
    if (undeclared.length === 0) return;
    throw new Error(
      `Nobody may call these routes yet: ${undeclared.join(', ')}. ` +
        'Give each @RequireScopes(), @PlatformOnly(), @AnyScope() or @Public().',
    );
  }

  private undeclaredIn(controller: unknown): string[] {
    if (typeof controller !== 'function') return [];
    const prototype = controller.prototype as Record<string, Handler>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const handler = prototype[name] as Handler;
        const rule = this.reflector.getAllAndOverride(ACCESS_RULE, [handler, controller]);
        return Reflect.hasMetadata(METHOD_METADATA, handler) && rule === undefined;
      })
      .map((name) => `${controller.name}.${name}`);
  }
}
