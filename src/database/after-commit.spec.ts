import { DataSource } from 'typeorm';
import { type Engine, newEngine } from '../../test/support/engine.js';
import { readEnvironment } from '../config/index.js';
import { AfterCommit } from './after-commit.js';
import { WebhooksDataSource } from './data-source.js';

describe('what waits for a commit', () => {
  let engine: Engine;
  let dataSource: DataSource;
  const afterCommit = new AfterCommit();
  let done: string[];
  beforeAll(async () => {
    engine = await newEngine();
    dataSource = await new WebhooksDataSource(readEnvironment(engine.environment), {}).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await engine.drop();
  });
  beforeEach(() => (done = []));

  const later = (manager: Parameters<AfterCommit['run']>[0], name: string) =>
    afterCommit.run(manager, () => done.push(name));

  it('runs at once where there is no transaction', () => {
    later(null, 'without a manager');
    later(dataSource.manager, 'with one that is in none');
    expect(done).toEqual(['without a manager', 'with one that is in none']);
  });

  it('runs after the commit, in order', async () => {
    await dataSource.transaction(async (manager) => {
      later(manager, 'first');
      later(manager, 'second');
      await manager.query('SELECT 1');
      expect(done).toEqual([]);
    });
    expect(done).toEqual(['first', 'second']);
  });

  it('never runs when the transaction rolls back, nor in the next one of the same connection', async () => {
    const failing = dataSource.transaction(async (manager) => {
      later(manager, 'undone');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await dataSource.transaction(async (manager) => later(manager, 'next'));
    expect(done).toEqual(['next']);
  });

  it('waits through the end of a savepoint for the outermost commit', async () => {
    await dataSource.transaction(async (outer) => {
      await outer.transaction(async (inner) => later(inner, 'inner'));
      expect(done).toEqual([]);
      later(outer, 'outer');
    });
    expect(done).toEqual(['inner', 'outer']);
  });

  it('never runs what belongs to a savepoint that rolls back, however deep; the rest runs', async () => {
    const undone = new Error('undone');
    await dataSource.transaction(async (outer) => {
      later(outer, 'before');
      const failing = outer.transaction(async (middle) => {
        later(middle, 'rolled back');
        await middle.transaction(async (inner) => later(inner, 'released into what is rolled back'));
        throw undone;
      });
      await expect(failing).rejects.toBe(undone);
      await outer.transaction(async (inner) => later(inner, 'released'));
      later(outer, 'after');
    });
    expect(done).toEqual(['before', 'released', 'after']);
  });

  it('listens once, however many transactions there are', async () => {
    for (let index = 0; index < 3; index++) {
      await dataSource.transaction(async (manager) => later(manager, `${index}`));
    }
    expect(done).toEqual(['0', '1', '2']);
    expect(dataSource.subscribers.filter((subscriber) => subscriber === afterCommit)).toHaveLength(1);
  });
});
