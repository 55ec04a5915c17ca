import { z } from 'zod';
import { type FieldError, ValidationError } from '../common/index.js';
import type { EventDefinition } from './define-event.js';
import { jsonCopyOf } from './json-copy.js';

/** Every event type that this application knows, built-in and added. Refuses two declarations of one type. */
export class EventCatalog {
  private readonly byType = new Map<string, EventDefinition>();

  constructor(definitions: readonly EventDefinition[]) {
    for (const definition of definitions) {
      if (this.byType.has(definition.type)) {
        throw new Error(`Event type "${definition.type}" is declared twice. Rename one of the two.`);
      }
      this.byType.set(definition.type, definition);
    }
  }

  list(): EventDefinition[] {
    return [...this.byType.values()];
  }

  types(): string[] {
    return [...this.byType.keys()];
  }

  has(type: unknown): boolean {
    return this.byType.has(type as string);
  }

  find(type: string): EventDefinition | undefined {
    return this.byType.get(type);
  }

  /** @throws ValidationError naming `eventType` and the nearest known type. */
  get(type: string): EventDefinition {
    const definition = this.find(type);
    if (!definition) throw new ValidationError([{ field: 'eventType', message: this.unknownType(type) }]);
    return definition;
  }

  /** What is wrong with it; types that came from outside need not even be text. */
  unknownType(type: unknown): string {
    if (typeof type !== 'string') return 'must be a string';
    const nearest = nearestTo(type, this.types());
    return nearest
      ? `is unknown. Did you mean "${nearest}"?`
      : `is unknown. Known types: ${this.types().join(', ')}.`;
  }
}

export type DataVerdict =
  | { readonly kind: 'fits'; readonly data: Record<string, unknown> }
  | { readonly kind: 'refused'; readonly errors: FieldError[] };

/** Of a type that is unknown, so that as much as can be is judged. */
const ANY_DATA = z.looseObject({}, { error: 'must be an object' });

/**
 * Checks `data` against its type and fills missing nullable keys with null. Errors name each field, as
 * `data.<path>`.
 */
export function judgeEventData(definition: EventDefinition | undefined, data: unknown): DataVerdict {
  // Without the input an issue does not tell what is missing from what is wrong.
  const result = (definition?.data ?? ANY_DATA).safeParse(data, { reportInput: true });
  if (!result.success) return { kind: 'refused', errors: result.error.issues.flatMap(fieldErrorsOf) };
  const { copy, unwritable } = jsonCopyOf(result.data);
  return unwritable.length > 0
    ? { kind: 'refused', errors: unwritable.map(({ path, message }) => ({ field: pathOf(path), message })) }
    : { kind: 'fits', data: copy as Record<string, unknown> };
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: pathOf([...issue.path, key]),
      message: 'is unknown. Remove it.',
    }));
  }
  const isMissing = 'input' in issue && issue.input === undefined;
  return [
    { field: pathOf(issue.path), message: isMissing ? `is missing; it ${issue.message}` : issue.message },
  ];
}

const pathOf = (path: readonly PropertyKey[]): string =>
  ['data', ...path.map(String)].join('.').slice(0, 300);

/** The closest known type within two edits, if there is one. */
function nearestTo(type: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: editsBetween(type.slice(0, 120), candidate) }))
    .sort((a, b) => a.edits - b.edits)[0];
  return ranked && ranked.edits <= 2 ? ranked.candidate : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, substitution);
    }
    row = next;
  }
  return row[b.length] as number;
}
