import { randomUUID } from 'node:crypto';
import { serve } from '../support/rpc.mjs';
import { EVENT_TYPE, SAMPLE_MESSAGE } from '../support/sample.mjs';
import { percentiles, runAtRate, runMany, waitUntil } from '../support/statistics.mjs';
import { PlainPipeline } from './plain-pipeline.mjs';

let pipeline;
let chatbots;
let delivered = 0;

const publish = (index) =>
  pipeline.publish(chatbots[index % chatbots.length], EVENT_TYPE, {
    conversationId: randomUUID(),
    message: SAMPLE_MESSAGE,
  });

serve({
  async start({ concurrency, chatbots: given, ...options }) {
    chatbots = given;
    pipeline = new PlainPipeline(options);
    await pipeline.start({ concurrency, onDelivered: () => delivered++ });
  },
  async throughput({ count, outstanding }) {
    delivered = 0;
    const startedAtMs = performance.now();
    const durationsMs = await runMany(count, outstanding, publish);
    await waitUntil(() => delivered >= count, { timeoutMs: 300_000, what: `${count} deliveries` });
    return { tookMs: performance.now() - startedAtMs, publishMs: percentiles(durationsMs) };
  },
  async steady({ perSecond, seconds }) {
    delivered = 0;
    const { durationsMs, count } = await runAtRate(perSecond, seconds, publish);
    await waitUntil(() => delivered >= count, { timeoutMs: 60_000, what: `${count} deliveries` });
    return { count, publishMs: percentiles(durationsMs) };
  },
  stop: () => pipeline.stop(),
});
