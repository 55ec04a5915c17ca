import { applyDecorators, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from '../common/index.js';
import type { Scope } from './scopes.js';

/** Who may call a route. */
export type AccessRule =
  | { readonly kind: 'public' }
  /** Public where PUBLIC_OPERATIONS says so, else for the platform key. */
  | { readonly kind: 'operations' }
  | { readonly kind: 'anyKey' }
  | { readonly kind: 'platform' }
  /** All of these scopes together. */
  | { readonly kind: 'scopes'; readonly scopes: readonly Scope[] };

export const ACCESS_RULE = 'chatbot-webhooks:access-rule';
/** The name of the security scheme in the OpenAPI document. */
export const API_KEY_SECURITY = 'apiKey';

/**
 * Whether a request goes to a route with an access rule, and so through our own guard. A host's global guard asks
 * this to let it pass: `if (hasAccessRule(context)) return true;`
 */
export const hasAccessRule = (context: ExecutionContext): boolean =>
  [context.getHandler(), context.getClass()].some((target) => Reflect.hasMetadata(ACCESS_RULE, target));

type RouteDecorator = MethodDecorator & ClassDecorator;

/** Health and the page: nobody is asked. */
export const Public = (): RouteDecorator => declare({ kind: 'public' });

/** Metrics and documentation: for everybody, unless PUBLIC_OPERATIONS=false leaves them to the platform key. */
export const PublicOperation = (): RouteDecorator => declare({ kind: 'operations' });

/** Any valid API key, whatever its scopes. */
export const AnyScope = (): RouteDecorator => withKey({ kind: 'anyKey' }, []);

/** The platform key only. */
export const PlatformOnly = (): RouteDecorator => withKey({ kind: 'platform' }, ['platform']);

/** The platform key, or an organization's key that has all of these scopes. */
export const RequireScopes = (...scopes: [Scope, ...Scope[]]): RouteDecorator =>
  withKey({ kind: 'scopes', scopes }, scopes);

function declare(rule: AccessRule): RouteDecorator {
  return SetMetadata(ACCESS_RULE, rule) as RouteDecorator;
}

function withKey(rule: AccessRule, roles: readonly string[]): RouteDecorator {
  return applyDecorators(
    declare(rule),
    ApiSecurity(API_KEY_SECURITY, [...roles]),
    ApiExtension('x-required-scopes', [...roles]),
    ApiProblems(
      'unauthenticated',
      ...(rule.kind === 'anyKey' ? [] : (['insufficient_scope'] as const)),
      'rate_limited',
      'unavailable',
    ),
  );
}
