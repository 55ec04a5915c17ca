import { UnavailableError } from './domain-error.js';
import { within } from './within.js';

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
  'EHOSTUNREACH',
]);

/**
 * PostgreSQL's SQLSTATEs for "not now", appendix A of its manual: class 08 (connection), 53 (resources),
 * 57P (shutdown, recovery) and 25006 (a read-only standby took the place of the primary).
 */
const SQLSTATE = /^(08|53|57P)|^25006$/;

/**
 * Words of `pg`, `pg-pool` and TypeORM for failures that carry no code. "Already released" is TypeORM's for a
 * connection that broke between two statements, or before the first.
 */
const WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|DataSource is not|Driver not Connected|already released/i;

/** Whether `error` says that the database cannot serve now, rather than that the statement was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cause = (error as { driverError?: unknown }).driverError ?? error;
  const code = String((cause as { code?: unknown }).code ?? '');
  return NETWORK.has(code) || SQLSTATE.test(code) || WORDS.test(error.message);
}

/** A database that stands still refuses nothing by itself; callers are told within this. */
const ANSWER_WITHIN_MS = 4000;

/** For what a caller waits for. @throws UnavailableError when `work` takes longer than a database in order does */
export const answeredInTime = <Result>(work: Promise<Result>): Promise<Result> =>
  within(ANSWER_WITHIN_MS, work, () => new UnavailableError('The database'));

/** Turns such failures into the contract's `unavailable`; every other error passes through as it is. */
export function orUnavailable(error: unknown): unknown {
  return isDatabaseUnavailable(error) ? new UnavailableError('The database', { cause: error }) : error;
}
