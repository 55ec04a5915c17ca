import type { PipeTransform, Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';

/** Classes that our routes take as body or query. */
const requestTypes = new WeakSet<object>();

const BUILT_IN: readonly unknown[] = [Object, String, Number, Boolean, Array, Date, Promise];

/** Remembers what the routes of one of our controllers take. */
export function ownRequestTypes({ prototype }: { prototype: object }): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const route: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof route !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, route)) continue;
    const types = (Reflect.getMetadata('design:paramtypes', prototype, name) ?? []) as (Type | undefined)[];
    types.forEach((type) => type && !BUILT_IN.includes(type) && requestTypes.add(type));
  }
}

/**
 * Keeps a host's global pipe away from our routes, which validate by themselves:
 * `app.useGlobalPipes(exceptWebhooks(new ValidationPipe({ whitelist: true })))`.
 *
 * Nest asks global pipes before a controller's own. Without this, the host's pipe answers in our place, without
 * the `errors` of the contract, or drops the unknown fields that ours would refuse.
 */
export function exceptWebhooks(pipe: PipeTransform): PipeTransform {
  return {
    transform: (value: unknown, metadata): unknown =>
      metadata.metatype && requestTypes.has(metadata.metatype) ? value : pipe.transform(value, metadata),
  };
}
