import type { HeaderMap } from '../api/types';

/** One line per value, as on the wire. */
export function formatHeaders(headers: HeaderMap): string {
  return Object.entries(headers)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}`))
    .join('\n');
}
