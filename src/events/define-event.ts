import { z } from 'zod';

export type EventShape = Readonly<Record<string, z.ZodType>>;

/** One event type: declared once, used for type-checking, validation, catalog, Swagger, page and test sample. */
export interface EventDefinition<Shape extends EventShape = EventShape> {
  /** `noun.verb` in lower case, such as `lead.captured`. */
  readonly type: string;
  /** How admins see it, such as "Lead Captured". */
  readonly label: string;
  /** When it happens, as one sentence. */
  readonly description: string;
  readonly data: z.ZodObject<Shape, z.core.$strict>;
  /** Sample data: in the documentation, and what "Send Test Event" sends. */
  readonly example: z.output<z.ZodObject<Shape, z.core.$strict>>;
}

/** What a caller passes for an event of `Definition`: nullable fields may be left out. */
export type EventInput<Definition extends EventDefinition> = z.input<Definition['data']>;

/** What a receiver gets: every key present. */
export type EventData<Definition extends EventDefinition> = z.output<Definition['data']>;

export interface EventDeclaration<Shape extends EventShape> {
  type: string;
  label: string;
  description: string;
  /** A field for each key; see `field`. */
  data: Shape;
  example: z.input<z.ZodObject<Shape, z.core.$strict>>;
}

/** What the library itself emits on the bus begins with this. */
const RESERVED_PREFIX = 'webhook.';

const EVENT_TYPE = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;

/**
 * Declares an event type.
 * @throws Error when the type is malformed or reserved, or the example does not fit its own data.
 */
export function defineEvent<Shape extends EventShape>(
  declaration: EventDeclaration<Shape>,
): EventDefinition<Shape> {
  const { type, label, description, example } = declaration;
  if (!EVENT_TYPE.test(type) || type.length > 100) {
    throw new Error(`Event type "${type}" must be lower-case words joined by dots, such as "lead.captured".`);
  }
  if (type.startsWith(RESERVED_PREFIX)) {
    throw new Error(
      `Event type "${type}" must not begin with "${RESERVED_PREFIX}": those are our own events.`,
    );
  }
  const data = z.strictObject(declaration.data, { error: 'must be an object' });
  const sample = data.safeParse(example);
  if (!sample.success) {
    throw new Error(
      `The example of event type "${type}" does not fit its data: ${z.prettifyError(sample.error)}`,
    );
  }
  return Object.freeze({ type, label, description, data, example: sample.data });
}
