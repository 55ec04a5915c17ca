const SCHEME = 'https://';
const LONGEST_URL = 2048;

/**
 * What can be said about the URL while it is typed, or null. The server has the last word: only it knows
 * which addresses are public.
 */
export function findUrlMistake(typed: string, isComplete: boolean): string | null {
  const url = typed.trim();
  if (url === '') return null;
  const start = url.slice(0, SCHEME.length).toLowerCase();
  if (start !== SCHEME) {
    const isOnTheWay = !isComplete && SCHEME.startsWith(start);
    return isOnTheWay ? null : 'The URL must start with https://';
  }
  if (url.length > LONGEST_URL) return `The URL is longer than ${LONGEST_URL} characters.`;
  if (!isComplete && url.length === SCHEME.length) return null;
  if (!URL.canParse(url) || /\s/.test(url)) return 'This is not a complete URL.';
  const { username, password } = new URL(url);
  if (username || password) return 'Leave user name and password out of the URL.';
  return null;
}
