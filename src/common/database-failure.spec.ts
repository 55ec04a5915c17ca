import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { isDatabaseUnavailable, orUnavailable } from './database-failure.js';
import { UnavailableError } from './domain-error.js';

const withCode = (code: string) => Object.assign(new Error('As the server put it.'), { code });
const asTypeOrmThrows = (code: string) => new QueryFailedError('SELECT 1', [], withCode(code));

describe('a database that cannot serve now', () => {
  it.each([
    ['a server that is shutting down', asTypeOrmThrows('57P01')],
    ['a server that crashed', asTypeOrmThrows('57P02')],
    ['a server that recovers', withCode('57P03')],
    ['a full disk', asTypeOrmThrows('53100')],
    ['too many connections', withCode('53300')],
    ['a standby', asTypeOrmThrows('25006')],
    ['nobody at its address', withCode('ECONNREFUSED')],
    ['a connection that broke', new Error('Connection terminated unexpectedly')],
    ['a pool that is exhausted', new Error('timeout exceeded when trying to connect')],
    ['a connection that broke between two statements', new QueryRunnerAlreadyReleasedError()],
    ['a connection that broke before the first', new QueryRunnerProviderAlreadyReleasedError()],
  ])('is told by %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(orUnavailable(error)).toBeInstanceOf(UnavailableError);
  });

  it.each([
    ['a unique key', asTypeOrmThrows('23505')],
    ['a NUL in text', asTypeOrmThrows('22021')],
    ['a bug', new TypeError('Cannot read properties of undefined')],
    ['what is no error', 'Connection terminated'],
  ])('is not told by %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
    expect(orUnavailable(error)).toBe(error);
  });
});
