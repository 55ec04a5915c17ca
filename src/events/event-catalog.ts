import { z } from 'zod';
import { type FieldError, ValidationError } from '../common/index.js';
import type { EventDefinition } from './define-event.js';

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

  has(type: string): boolean {
    return this.byType.has(type);
  }

  /** @throws ValidationError naming `field` and the nearest known type. */
  get(type: string, field = 'eventType'): EventDefinition {
    const definition = this.byType.get(type);
    if (!definition) throw new ValidationError([{ field, message: this.unknownType(type) }]);
    return definition;
  }

  unknownType(type: string): string {
    const nearest = nearestTo(type, this.types());
    return nearest
      ? `is unknown. Did you mean "${nearest}"?`
      : `is unknown. Known types: ${this.types().join(', ')}.`;
  }
}

/**
 * Checks `data` against its type and fills missing nullable keys with null.
 * @throws ValidationError naming each field, as `data.<path>`.
 */
export function parseEventData(definition: EventDefinition, data: unknown): Record<string, unknown> {
  // Without the input an issue does not tell what is missing from what is wrong.
  const result = definition.data.safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  throw new ValidationError(result.error.issues.flatMap((issue) => fieldErrorsOf(issue)));
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
