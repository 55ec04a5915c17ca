// Bull by itself: add a job of ids, run a no-op, remove it. What a pipeline on Bull cannot be faster than.
import Bull from 'bull';
import { serve } from '../support/rpc.mjs';
import { runMany } from '../support/statistics.mjs';

serve({
  async run({ redisUrl, count, outstanding, concurrency }) {
    const queue = new Bull('bull-alone', redisUrl, { prefix: '{bench}' });
    await queue.isReady();
    let processed = 0;
    let onAll;
    const all = new Promise((resolve) => (onAll = resolve));
    queue.on('completed', () => ++processed === count && onAll());
    void queue.process(concurrency, async () => undefined);
    const startedAtMs = performance.now();
    await runMany(count, outstanding, (index) =>
      queue.add({ deliveryId: index }, { attempts: 1, removeOnComplete: true, removeOnFail: true }),
    );
    const addedMs = performance.now() - startedAtMs;
    await all;
    const tookMs = performance.now() - startedAtMs;
    await queue.close();
    return { tookMs, addedMs };
  },
});
