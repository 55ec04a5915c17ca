/** Bound in the global module of ports where the default does not fit. */
export class AccessOptions {
  /**
   * What becomes of routes without `@RequireScopes`, `@PlatformOnly`, `@AnyScope` or `@Public`: the server
   * refuses to start with one; in a host application they are the host's, and its own guards' matter.
   */
  readonly undeclaredRoutes: 'refuse' | 'leave' = 'refuse';

  constructor(options: Partial<AccessOptions> = {}) {
    Object.assign(this, options);
  }
}
