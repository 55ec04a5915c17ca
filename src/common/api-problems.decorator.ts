import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DECORATORS } from '@nestjs/swagger';
import type { ProblemCode } from './domain-error.js';

/** The OpenAPI extension that carries the codes until `describeProblems` turns them into answers. */
export const PROBLEMS_EXTENSION = 'x-problems';

/**
 * Says which problems a route, or every route of a controller, may answer with. May be repeated: codes add up.
 *
 * Kept as an extension rather than as `@ApiResponse`: the Swagger plugin infers the answer of a success only
 * where a route has no `@ApiResponse` at all.
 */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  return ((target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    for (const route of descriptor ? [descriptor.value as object] : routesOf(target)) addCodes(route, codes);
  }) as MethodDecorator & ClassDecorator;
}

function routesOf(controller: object): object[] {
  const { prototype } = controller as { prototype: object };
  return Object.getOwnPropertyNames(prototype)
    .map((name) => Object.getOwnPropertyDescriptor(prototype, name)?.value as object)
    .filter((value) => typeof value === 'function' && Reflect.hasMetadata(METHOD_METADATA, value));
}

function addCodes(route: object, codes: readonly ProblemCode[]): void {
  const extensions = (Reflect.getMetadata(DECORATORS.API_EXTENSION, route) ?? {}) as Record<string, unknown>;
  const known = (extensions[PROBLEMS_EXTENSION] ?? []) as ProblemCode[];
  Reflect.defineMetadata(
    DECORATORS.API_EXTENSION,
    { ...extensions, [PROBLEMS_EXTENSION]: [...new Set([...known, ...codes])] },
    route,
  );
}
