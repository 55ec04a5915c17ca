import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { buildMessage, IsInt, IsOptional, Max, Min, ValidateBy } from 'class-validator';
import { ValidationError } from './domain-error.js';
import { isUuid } from './ids.js';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;
const WHICH_LIMITS = { message: `must be a whole number from 1 to ${MAX_LIMIT}` };
const MAX_CURSOR_LENGTH = 500;
const NO_CURSOR = 'is not a nextCursor of this list; start again without it';

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** The query parameters of every list; extend it for a list with filters. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
    description: 'Items on one page.',
  })
  // Number() would take '', ' 7' and '1e1' as well.
  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))
  @IsInt(WHICH_LIMITS)
  @Min(1, WHICH_LIMITS)
  @Max(MAX_LIMIT, WHICH_LIMITS)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_CURSOR_LENGTH,
    description: '`nextCursor` of the page before, as it is. Leave it out for the first page.',
  })
  @IsOptional()
  @ValidateBy({
    name: 'isCursor',
    validator: {
      validate: (cursor) => keysIn(cursor) !== null,
      defaultMessage: buildMessage(() => NO_CURSOR),
    },
  })
  cursor?: string;
}

/** Where a list stops: the sort keys of the last row on the page, in the list's own order. */
export type CursorKeys = readonly string[];

/** @param list names the list and what it is a list of, such as `deliveries/<chatbotId>` */
export function encodeCursor(list: string, keys: CursorKeys): string {
  return Buffer.from(JSON.stringify([list, ...keys])).toString('base64url');
}

/**
 * The keys that `encodeCursor` was given, or null for the first page. A cursor says where to go on and
 * nothing about who may: every list filters by organization whatever its cursor holds.
 *
 * @param list as `encodeCursor` was told; the cursor of another list would skip rows in silence
 * @param isKeys one check per key; a made-up cursor does not pass
 * @throws ValidationError on the field `cursor`.
 */
export function decodeCursor<const Checks extends readonly ((key: string) => boolean)[]>(
  list: string,
  cursor: string | undefined,
  isKeys: Checks,
): { [Index in keyof Checks]: string } | null {
  if (cursor === undefined) return null;
  const [itsList, ...keys] = keysIn(cursor) ?? [];
  const fits =
    itsList === list &&
    keys.length === isKeys.length &&
    isKeys.every((isKey, index) => isKey(keys[index] as string));
  if (!fits) throw new ValidationError([{ field: 'cursor', message: NO_CURSOR }]);
  return keys as { [Index in keyof Checks]: string };
}

function keysIn(cursor: unknown): string[] | null {
  if (typeof cursor !== 'string' || cursor.length > MAX_CURSOR_LENGTH) return null;
  const keys = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  return Array.isArray(keys) && keys.every((key) => typeof key === 'string') ? keys : null;
}

/** Checks for `decodeCursor`: a UUID, and an instant as `toISOString` writes it. */
export const isIdKey = (key: string): boolean => isUuid(key);
export const isTimeKey = (key: string): boolean =>
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(key) &&
  !key.startsWith('0000') &&
  new Date(key).toJSON() === key;

/** Cuts a page out of `rows` of `list`, which were read with one row more than `limit`. */
export function pageOf<Row, Item>(
  list: string,
  rows: readonly Row[],
  limit: number,
  keysOf: (row: Row) => CursorKeys,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: last !== undefined && rows.length > limit ? encodeCursor(list, keysOf(last)) : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
