import { hasScope } from './has-scope';

/** Names the scopes that are wanted and not there; undefined where none is missing. */
export function explainLack(owned: string[], wanted: string[]): string | undefined {
  const missing = wanted.filter((scope) => !hasScope(owned, scope));
  if (missing.length === 0) return undefined;
  return `Your API key lacks the scope${missing.length > 1 ? 's' : ''} ${missing.join(' and ')}.`;
}
