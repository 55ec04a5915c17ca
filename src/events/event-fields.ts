import { z } from 'zod';

/** A JSON object of any content: keys such as `__proto__` are data like any other. */
const isJsonObject = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * The fields that event data is declared with. Each one is a zod schema: refine them, or bring your own,
 * as long as the result can be written as JSON Schema.
 */
export const field = {
  text: () => z.string({ error: 'must be a string' }),
  uuid: () => z.guid({ error: 'must be a UUID' }),
  number: () => z.number({ error: 'must be a number' }),
  boolean: () => z.boolean({ error: 'must be true or false' }),
  textList: () => z.array(z.string({ error: 'must be a string' }), { error: 'must be a list of strings' }),
  object: () =>
    z
      .custom<Record<string, unknown>>(isJsonObject, { error: 'must be an object' })
      .meta({ type: 'object', additionalProperties: true }),
  /** May be null or left out; the receiver always sees the key. */
  nullable: <T extends z.ZodType>(type: T) => type.nullable().default(null as never),
};
