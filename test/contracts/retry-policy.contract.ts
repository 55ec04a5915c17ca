import type { FailedAttempt, RetryPolicy, SendOutcome } from '../../src/index.js';

const response = (status: number, headers: Record<string, string> = {}): SendOutcome => ({
  kind: 'response',
  status,
  headers,
  body: Buffer.from(''),
  isBodyTruncated: false,
  durationMs: 12,
});
const FAILURES = [
  'timeout',
  'dns',
  'connection_refused',
  'connection_reset',
  'network',
  'tls',
  'blocked_address',
] as const;

/** Every way in which an attempt fails. */
const outcomes: SendOutcome[] = [
  ...[301, 400, 404, 410, 429, 500, 503, 599].map((status) => response(status)),
  ...[
    '5',
    '0',
    '999999999',
    '-1',
    'soon',
    '',
    'Sat, 31 Jan 2026 12:00:30 GMT',
    'Sat, 31 Jan 1970 12:00:00 GMT',
  ].map((retryAfter) => response(503, { 'retry-after': retryAfter })),
  ...FAILURES.map((code): SendOutcome => ({ kind: 'failed', code, message: 'It failed.', durationMs: 3 })),
];
const now = new Date('2026-01-31T12:00:00Z');
const attempts: FailedAttempt[] = outcomes.flatMap((outcome) =>
  [1, 2, 3, 4, 5, 20, 1000].map((failureCount) => ({ failureCount, outcome, now })),
);

/** What Delivery relies on. Run it on your own schedule: `retryPolicyContract('mine', () => new MyPolicy())`. */
export function retryPolicyContract(name: string, create: () => RetryPolicy): void {
  describe(`RetryPolicy: ${name}`, () => {
    it('decides about every failure: a delay of 0 or more, 24 days at the most, or stop', () => {
      const policy = create();
      for (const attempt of attempts) {
        const decision = policy.decide(attempt);
        if (decision.kind === 'stop') continue;
        expect(decision.kind).toBe('retry');
        expect(decision.afterMs).toBeGreaterThanOrEqual(0);
        expect(decision.afterMs).toBeLessThanOrEqual(24 * 86_400_000);
      }
    });

    it('stops at last, whatever the failure: a dead receiver is not called for ever', () => {
      const policy = create();
      for (const outcome of outcomes) {
        expect(policy.decide({ failureCount: 1000, outcome, now })).toEqual({ kind: 'stop' });
      }
    });

    it('keeps nothing in mind: another instance, asked in another order, in any process, says the same', () => {
      const [one, other] = [create(), create()];
      const decisions = attempts.map((attempt) => one.decide(attempt));
      const backwards = [...attempts].reverse().map((attempt) => other.decide(attempt));
      expect(backwards.reverse()).toEqual(decisions);
    });

    it('is quick: 10,000 decisions within a second', () => {
      const policy = create();
      const startedAtMs = performance.now();
      for (let count = 0; count < 10_000; count++) policy.decide(attempts[count % attempts.length]!);
      expect(performance.now() - startedAtMs).toBeLessThan(1000);
    });
  });
}
