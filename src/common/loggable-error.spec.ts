import { QueryFailedError } from 'typeorm';
import { loggableError } from './loggable-error.js';

describe('an error in the log', () => {
  it('says which rule a query broke, and holds neither its parameters nor the row', () => {
    const driverError = Object.assign(new Error('violates check constraint'), {
      code: '23514',
      constraint: 'delivery_status_check',
      table: 'delivery',
      detail: 'Failing row contains (canary).',
      where: 'canary',
    });
    const failed = new QueryFailedError('INSERT …', ['canary', Buffer.from('canary')], driverError);
    const logged = loggableError(new Error('The delivery was not recorded', { cause: failed }));
    expect(logged).toMatchObject({
      type: 'Error',
      cause: {
        type: 'QueryFailedError',
        code: '23514',
        constraint: 'delivery_status_check',
        table: 'delivery',
      },
    });
    expect(JSON.stringify(logged)).not.toMatch(/canary|Y2FuYXJ5|99,97,110/);
  });

  it('ends, also where causes go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(loggableError(error)).match(/"message":"round"/g)?.length).toBeLessThan(10);
  });

  it.each(['text', null, undefined, 7])('may be %p, thrown by somebody else', (thrown) => {
    expect(loggableError(thrown).message).toBe(String(thrown));
  });
});
