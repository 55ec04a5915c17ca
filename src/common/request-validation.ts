import {
  type ArgumentMetadata,
  createParamDecorator,
  type ExecutionContext,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import type { ValidationError as Violation } from 'class-validator';
import { type FieldError, ValidationError } from './domain-error.js';
import { MAX_DEPTH, nestedTooDeep } from './json-body.js';

export const UNKNOWN_FIELD = 'is unknown. Remove it.';

/** Names of JavaScript's own machinery, which class-transformer never copies. */
const MACHINERY = ['__proto__', 'constructor', 'prototype'];

/**
 * Nest's pipe deletes those keys however deep they stand, also in payloads, where they are data like any other.
 * Here they are unknown fields at the top, and left alone below: what a route takes as it was sent keeps them.
 */
class RequestValidationPipe extends ValidationPipe {
  // class-transformer takes an object's own `constructor` for its class and fails, so it gets a copy without.
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // What a decorator of ours takes from the request is nobody's DTO, and stays as it was sent.
    const isDto = metadata.type !== 'custom';
    if (metadata.type === 'query') refuseNul(value);
    const input = metadata.type === 'body' ? objectIn(value) : value;
    return super.transform(isDto && hasMachinery(input) ? topOf(input) : input, metadata);
  }

  protected override stripProtoKeys(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const unknown = MACHINERY.filter((key) => Object.hasOwn(value, key));
    if (unknown.length > 0) {
      throw new ValidationError(unknown.map((field) => ({ field, message: UNKNOWN_FIELD })));
    }
  }
}

/** What a request without a body says is that it leaves everything out. */
function objectIn(body: unknown = {}): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ValidationError([{ field: 'body', message: 'must be an object' }]);
  }
  refuseDeep(body, 1);
  return body;
}

/** Whoever walks a body recurses. Our own reader has counted the levels already, a host's has not. */
function refuseDeep(value: unknown, level: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (level > MAX_DEPTH) throw nestedTooDeep();
  for (const content of Object.values(value)) refuseDeep(content, level + 1);
}

/**
 * The body past the pipe, for routes that name what else is wrong with it together with the pipe's findings. Its
 * type says what the caller should have sent.
 */
export const BodyAsSent = createParamDecorator((_: unknown, context: ExecutionContext): object =>
  objectIn(context.switchToHttp().getRequest<{ body?: unknown }>().body),
);

/**
 * Does the pipe's work for {@link BodyAsSent}.
 * @param findMore what the domain finds wrong with a body that the pipe refuses, whatever its fields hold; of a
 *   field that the pipe names, nothing more is said
 */
export async function fittingBody<Dto extends object>(
  type: Type<Dto>,
  body: Dto,
  findMore: () => readonly FieldError[] | Promise<readonly FieldError[]>,
): Promise<Dto> {
  try {
    return (await pipe.transform(body, { type: 'body', metatype: type })) as Dto;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const named = new Set(error.errors.map(({ field }) => field));
    const more = (await findMore()).filter(({ field }) => !named.has(field.replace(/\..*/, '')));
    throw new ValidationError([...error.errors, ...more]);
  }
}

/** PostgreSQL's text knows no NUL: a filter that holds one would be its error, and ours. */
function refuseNul(query: unknown): void {
  const unfit = Object.entries(query ?? {}).filter(([, value]) => String(value).includes('\0'));
  if (unfit.length === 0) return;
  throw new ValidationError(unfit.map(([field]) => ({ field, message: 'must not contain NUL' })));
}

function hasMachinery(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value) && MACHINERY.some((key) => Object.hasOwn(value, key))) return true;
  return Object.values(value).some(hasMachinery);
}

const topOf = (value: unknown): unknown =>
  Object.fromEntries(
    Object.entries(value as object).map(([key, content]) => [key, withoutMachinery(content)]),
  );

function withoutMachinery(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutMachinery);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !MACHINERY.includes(key))
      .map(([key, content]) => [key, withoutMachinery(content)]),
  );
}

/** Turns bodies and queries into DTOs. Unknown fields are errors, and every error names its field. */
export function requestValidation(): ValidationPipe {
  return new RequestValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (violations) =>
      new ValidationError(violations.flatMap((violation) => fieldErrorsOf(violation, ''))),
  });
}

const pipe = requestValidation();

function fieldErrorsOf({ property, constraints, children }: Violation, parent: string): FieldError[] {
  const field = parent === '' ? property : `${parent}.${property}`;
  const [broken] = Object.entries(constraints ?? {}).sort(([a], [b]) => rankOf(a) - rankOf(b));
  return [
    ...(broken ? [{ field, message: broken[0] === 'whitelistValidation' ? UNKNOWN_FIELD : broken[1] }] : []),
    ...(children ?? []).flatMap((child) => fieldErrorsOf(child, field)),
  ];
}

/** What a value is comes before how long, large or unique it is: of a value of another type that says nothing. */
function rankOf(rule: string): number {
  if (rule === 'isArray') return 0;
  return rule.startsWith('is') && rule !== 'isLength' ? 1 : 2;
}
