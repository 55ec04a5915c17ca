/** The page's, since times stand within its sentences. The zone is the viewer's. */
const LANGUAGE = 'en';

const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'long' });
const hour = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto', style: 'long' });

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
];

/** Date, time and zone, in the viewer's zone. */
export const formatExact = (at: string) => exact.format(new Date(at));
export const formatHour = (at: string) => hour.format(new Date(at));
export const formatDate = (at: string) => date.format(new Date(at));

/** "12 seconds ago", "in 4 seconds"; beyond 30 days the date. */
export function formatRelative(at: string, nowMs: number): string {
  let amount = (new Date(at).getTime() - nowMs) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(Math.round(amount)) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return formatDate(at);
}
