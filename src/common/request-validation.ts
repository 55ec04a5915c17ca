import { ValidationPipe } from '@nestjs/common';
import type { ValidationError as Violation } from 'class-validator';
import { type FieldError, ValidationError } from './domain-error.js';

const UNKNOWN_FIELD = 'is unknown. Remove it.';

/** Names of JavaScript's own machinery, which class-transformer never copies. */
const MACHINERY = ['__proto__', 'constructor', 'prototype'];

/**
 * Nest's pipe deletes those keys however deep they stand, also in payloads, where they are data like any other.
 * Here they are unknown fields at the top, and left alone below.
 */
class RequestValidationPipe extends ValidationPipe {
  protected override stripProtoKeys(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const unknown = MACHINERY.filter((key) => Object.hasOwn(value, key));
    if (unknown.length > 0) {
      throw new ValidationError(unknown.map((field) => ({ field, message: UNKNOWN_FIELD })));
    }
  }
}

/** Turns bodies and queries into DTOs. Unknown fields are errors, and every error names its field. */
export function requestValidation(): ValidationPipe {
  return new RequestValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    exceptionFactory: (violations) =>
      new ValidationError(violations.flatMap((violation) => fieldErrorsOf(violation, ''))),
  });
}

function fieldErrorsOf({ property, constraints, children }: Violation, parent: string): FieldError[] {
  const field = parent === '' ? property : `${parent}.${property}`;
  const own = Object.entries(constraints ?? {}).map(([rule, message]) => ({
    field,
    message: rule === 'whitelistValidation' ? UNKNOWN_FIELD : message,
  }));
  return [...own, ...(children ?? []).flatMap((child) => fieldErrorsOf(child, field))];
}
