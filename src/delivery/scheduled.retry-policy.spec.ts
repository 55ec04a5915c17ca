import type { SendOutcome } from '../egress/index.js';
import { ScheduledRetryPolicy } from './scheduled.retry-policy.js';

const now = new Date('2026-01-31T12:00:00Z');
const answered = (status: number, headers: Record<string, string> = {}): SendOutcome => ({
  kind: 'response',
  durationMs: 1,
  status,
  headers,
  body: Buffer.alloc(0),
  isBodyTruncated: false,
});
const timedOut: SendOutcome = { kind: 'failed', code: 'timeout', message: '', durationMs: 10_000 };

describe('the default schedule', () => {
  const policy = new ScheduledRetryPolicy([1000, 4000, 16_000]);
  const decide = (failureCount: number, outcome: SendOutcome) =>
    policy.decide({ failureCount, outcome, now });

  it.each([answered(500), answered(302), timedOut])('waits 1 s, 4 s, 16 s, then stops', (outcome) => {
    expect([1, 2, 3, 4].map((failureCount) => decide(failureCount, outcome))).toEqual([
      { kind: 'retry', afterMs: 1000 },
      { kind: 'retry', afterMs: 4000 },
      { kind: 'retry', afterMs: 16_000 },
      { kind: 'stop' },
    ]);
  });

  it.each([429, 503])('lets Retry-After of a %i postpone, and never hasten', (status) => {
    expect(decide(1, answered(status, { 'retry-after': '60' }))).toEqual({ kind: 'retry', afterMs: 60_000 });
    expect(decide(3, answered(status, { 'retry-after': '2' }))).toEqual({ kind: 'retry', afterMs: 16_000 });
    expect(decide(1, answered(status, { 'retry-after': '99999' }))).toEqual({
      kind: 'retry',
      afterMs: 3_600_000,
    });
    expect(decide(1, answered(status, { 'retry-after': 'soon' }))).toEqual({ kind: 'retry', afterMs: 1000 });
  });

  it('ignores Retry-After of any other answer, and after the last attempt', () => {
    expect(decide(1, answered(500, { 'retry-after': '60' }))).toEqual({ kind: 'retry', afterMs: 1000 });
    expect(decide(4, answered(503, { 'retry-after': '60' }))).toEqual({ kind: 'stop' });
  });
});

it('a schedule without delays makes no retry', () => {
  expect(new ScheduledRetryPolicy([]).decide({ failureCount: 1, outcome: timedOut, now })).toEqual({
    kind: 'stop',
  });
});
