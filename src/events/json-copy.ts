/** Where a value stands, up to the root. */
interface Place {
  readonly key: string;
  readonly holder: object;
  readonly within: Place | null;
}

export interface Unwritable {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * What JSON makes of `data`, as a copy that its owner can no longer change, and what it cannot write. `1e400` over
 * HTTP is such: it is valid JSON, and more than a number of JavaScript holds; JSON would turn it into null.
 */
export function jsonCopyOf(data: unknown): { copy: unknown; unwritable: Unwritable[] } {
  const unwritable: Unwritable[] = [];
  const refuse = (place: Place | null, message: string) =>
    void unwritable.push({ path: pathTo(place), message });

  const copyOf = (given: unknown, place: Place | null): unknown => {
    const value = hasOwnWriting(given) ? given.toJSON(place?.key ?? '') : given;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      return Number.isFinite(value) ? value : refuse(place, 'must be a finite number');
    }
    if (typeof value !== 'object') return refuse(place, 'is nothing that JSON can hold');
    if (holds(place, value)) return refuse(place, 'must not hold itself');
    const within = (key: string): Place => ({ key, holder: value, within: place });
    if (Array.isArray(value)) return value.map((item, index) => copyOf(item, within(String(index))));
    const present = Object.entries(value).filter(([, content]) => content !== undefined);
    return Object.fromEntries(present.map(([key, content]) => [key, copyOf(content, within(key))]));
  };

  return { copy: copyOf(data, null), unwritable };
}

/** A Date, for one. */
const hasOwnWriting = (value: unknown): value is { toJSON(key: string): unknown } =>
  typeof (value as { toJSON?: unknown } | null | undefined)?.toJSON === 'function';

const holds = (place: Place | null, value: object): boolean =>
  place !== null && (place.holder === value || holds(place.within, value));

const pathTo = (place: Place | null): string[] =>
  place === null ? [] : [...pathTo(place.within), place.key];
