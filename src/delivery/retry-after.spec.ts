import { parseRetryAfterMs } from './retry-after.js';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const HOUR_MS = 3_600_000;

describe('Retry-After', () => {
  it.each<[string | string[], number]>([
    ['0', 0],
    ['1', 1000],
    [' 120 ', 120_000],
    ['3600', HOUR_MS],
    ['3601', HOUR_MS],
    ['9'.repeat(15), HOUR_MS],
    ['9'.repeat(400), HOUR_MS],
    ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
    ['Sat, 31 Jan 2026 15:00:00 GMT', HOUR_MS],
    ['Sat, 31 Jan 2026 11:59:59 GMT', 0],
    ['Saturday, 31-Jan-26 12:00:30 GMT', 30_000],
    ['Sat Jan 31 12:00:30 2026', 30_000],
    ['Sun Feb  1 12:00:30 2026', HOUR_MS],
    [['5', '7'], 5000],
  ])('of %j is %i ms', (header, ms) => expect(parseRetryAfterMs(header, NOW)).toBe(ms));

  it.each([
    undefined,
    '',
    'soon',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '１２',
    '2026-01-31T12:00:30Z',
    'Sat, 99 Jan 2026 12:00:30 GMT',
    'Sat Jan 31 12:00:30 2026 PST',
    'Saturday, 31-Jan-2026 12:00:30',
    [],
  ])('of %j is none', (header) => expect(parseRetryAfterMs(header, NOW)).toBeNull());
});
