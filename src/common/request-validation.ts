import { ValidationPipe } from '@nestjs/common';
import type { ValidationError as Violation } from 'class-validator';
import { type FieldError, ValidationError } from './domain-error.js';

/** Turns bodies and queries into DTOs. Unknown fields are errors, and every error names its field. */
export function requestValidation(): ValidationPipe {
  return new ValidationPipe({
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
    message: rule === 'whitelistValidation' ? 'is unknown. Remove it.' : message,
  }));
  return [...own, ...(children ?? []).flatMap((child) => fieldErrorsOf(child, field))];
}
