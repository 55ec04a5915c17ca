import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { buildMessage, ValidateBy, ValidateIf } from 'class-validator';

/** Control characters, line separators and the bidirectional overrides that make a name read as another. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** At least one character that leaves ink: a name of zero-width characters looks empty. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * A name for people: trimmed, not empty, at most `maxLength` characters, on one line, well-formed Unicode
 * without NUL (PostgreSQL's text refuses it). Says its bounds in the OpenAPI document too.
 */
export function IsDisplayName(maxLength: number): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength: 1, maxLength }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    ValidateBy({
      name: 'isDisplayName',
      constraints: [maxLength],
      validator: {
        validate: (value) =>
          typeof value === 'string' &&
          value.length <= maxLength &&
          VISIBLE.test(value) &&
          !UNPRINTABLE.test(value) &&
          value.isWellFormed(),
        defaultMessage: buildMessage(
          () => `must be text on one line, 1 to ${maxLength} characters, without control characters`,
        ),
      },
    }),
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The instant that an ISO 8601 text with its offset names; null for anything else, for days that no month
 * has, and outside of the years 1970 to 9999, where PostgreSQL and JavaScript begin to disagree.
 */
export function parseInstant(text: unknown): Date | null {
  if (typeof text !== 'string' || text.length > 40 || !INSTANT.test(text)) return null;
  const instant = new Date(text);
  const year = instant.getUTCFullYear();
  // JavaScript reads 30 February as 2 March: the day has to survive the way there and back.
  const dayAsWritten = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const isRealDay =
    !Number.isNaN(dayAsWritten.getTime()) && dayAsWritten.toJSON().startsWith(text.slice(0, 10));
  return isRealDay && year >= 1970 && year <= 9999 ? instant : null;
}

/** A string that `parseInstant` reads; convert it there, so that the DTO stays what the wire says. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) => parseInstant(value) !== null,
      defaultMessage: buildMessage(() => 'must be ISO 8601 with an offset, such as 2026-01-31T12:00:00Z'),
    },
  });
}

/** May be left out, but not be null: `@IsOptional()` would let null pass every other check. */
export function IsOmittable(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
