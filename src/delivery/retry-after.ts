const HOUR_MS = 3_600_000;

/** RFC 9110, 5.6.7: the preferred form of an HTTP date, the only one still sent. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * RFC 9110, 10.2.3: seconds, or an HTTP date.
 * @returns milliseconds from `now`, 0 to 1 hour; null for anything else
 */
export function parseRetryAfterMs(header: string | string[] | undefined, now: Date): number | null {
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (value === undefined) return null;
  const waitMs = /^\d{1,15}$/.test(value)
    ? Number(value) * 1000
    : HTTP_DATE.test(value)
      ? Date.parse(value) - now.getTime()
      : Number.NaN;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), HOUR_MS);
}
