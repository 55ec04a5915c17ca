interface Place {
  readonly key: string;
  readonly within: Place | null;
}

/**
 * The paths of NaN and the infinities, which JSON would turn into null. `1e400` over HTTP is one of them: it is
 * valid JSON, and more than a number of JavaScript holds.
 */
export function nonFiniteNumbersIn(data: unknown): string[][] {
  const found: string[][] = [];
  // An object that contains itself is JSON's error to report; here it would be a walk without end.
  const seen = new Set<object>();
  const visit = (value: unknown, place: Place | null): void => {
    if (typeof value === 'number' && !Number.isFinite(value)) found.push(pathTo(place));
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const [key, content] of Object.entries(value)) visit(content, { key, within: place });
  };
  visit(data, null);
  return found;
}

function pathTo(place: Place | null): string[] {
  return place === null ? [] : [...pathTo(place.within), place.key];
}
