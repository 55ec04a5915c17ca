import { decodeCursor, encodeCursor, isIdKey, isTimeKey, pageOf } from './page.js';

const ID = '0190b0f6-0000-7000-8000-00000000000a';
const TIME = '2026-01-02T03:04:05.678Z';
const raw = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('cursors', () => {
  it('come back as the keys they were made of', () => {
    expect(decodeCursor('list', encodeCursor('list', [TIME, ID]), [isTimeKey, isIdKey])).toEqual([TIME, ID]);
    expect(decodeCursor('list', undefined, [isIdKey])).toBeNull();
  });

  it.each([
    [
      '',
      'junk',
      '!!',
      raw(null),
      raw(ID),
      raw({}),
      raw([]),
      raw([ID]),
      raw(['list']),
      raw(['list', ID, ID]),
      raw(['list', TIME]),
      raw(['list', [ID]]),
      raw(['list', `${ID}\0`]),
      encodeCursor('another list', [ID]),
    ],
  ])('of another shape or list are refused', (...cursors) => {
    for (const cursor of cursors) expect(() => decodeCursor('list', cursor, [isIdKey])).toThrow('cursor');
  });

  it.each([
    '2026-01-02',
    '2026-02-30T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '+010000-01-01T00:00:00.000Z',
    'now',
  ])('do not take %s for a time', (text) => expect(isTimeKey(text)).toBe(false));
});

describe('a page', () => {
  const cut = (rows: string[], limit: number) =>
    pageOf(
      'list',
      rows,
      limit,
      (row) => [row],
      (row) => row.toUpperCase(),
    );

  it('leaves out the row that only says that there is more', () => {
    expect(cut(['a', 'b', 'c'], 2)).toEqual({ items: ['A', 'B'], nextCursor: encodeCursor('list', ['b']) });
  });

  it('has no next one when nothing is left', () => {
    expect(cut(['a', 'b'], 2)).toEqual({ items: ['A', 'B'], nextCursor: null });
    expect(cut([], 2)).toEqual({ items: [], nextCursor: null });
  });
});
