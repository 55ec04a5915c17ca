import { Batcher } from './batcher.js';

const OPTIONS = { maxItems: 3, maxParallel: 1 };
const unavailable = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

describe('a batcher', () => {
  it('runs what came in one turn together, and gives each caller its own result', async () => {
    const run = jest.fn(async (items: readonly number[]) => items.map((item) => item * 10));
    const batcher = new Batcher(run, OPTIONS);
    await expect(Promise.all([1, 2, 3].map((item) => batcher.add(item)))).resolves.toEqual([10, 20, 30]);
    expect(run.mock.calls).toEqual([[[1, 2, 3]]]);
  });

  it('gathers while it is busy, up to the limit, and leaves nothing behind', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher(async (items: readonly number[]) => {
      sizes.push(items.length);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return items;
    }, OPTIONS);
    const results = await Promise.all(Array.from({ length: 8 }, (_, index) => batcher.add(index)));
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(sizes).toEqual([3, 3, 2]);
  });

  it('runs no more than maxParallel at once', async () => {
    let running = 0;
    let most = 0;
    const batcher = new Batcher(
      async (items: readonly number[]) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return items;
      },
      { maxItems: 1, maxParallel: 2 },
    );
    await Promise.all(Array.from({ length: 10 }, (_, index) => batcher.add(index)));
    expect(most).toBe(2);
  });

  it('tries each alone when one of them spoils the batch', async () => {
    const batcher = new Batcher(async (items: readonly string[]) => {
      if (items.includes('bad')) throw new Error('bad item');
      return items.map((item) => `${item}!`);
    }, OPTIONS);
    const results = await Promise.allSettled(['a', 'bad', 'b'].map((item) => batcher.add(item)));
    expect(results).toEqual([
      { status: 'fulfilled', value: 'a!' },
      { status: 'rejected', reason: new Error('bad item') },
      { status: 'fulfilled', value: 'b!' },
    ]);
    await expect(batcher.add('c')).resolves.toBe('c!');
  });

  it('does not knock once per item at a database that is away', async () => {
    const run = jest.fn().mockRejectedValue(unavailable());
    const batcher = new Batcher(run, OPTIONS);
    const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
