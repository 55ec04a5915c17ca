// The product inside a host application, as a team would run it: publishes in process, and delivers too
// unless PROCESS_ROLE says otherwise. Its settings come by environment, as they do in production.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { randomUUID } from 'node:crypto';
import { ChatbotEvents, ChatbotWebhooksModule, ConversationMessage } from '../../dist/index.js';
import { serve } from '../support/rpc.mjs';
import { SAMPLE_MESSAGE } from '../support/sample.mjs';
import { percentiles, runAtRate, runMany, waitUntil } from '../support/statistics.mjs';

class HostModule {}
Module({ imports: [ChatbotWebhooksModule.forRoot()] })(HostModule);

let app;
let events;
let delivered = 0;
let failed = 0;

const publishTo = (chatbotIds) => async (index) => {
  const { outcome } = await events.publish(ConversationMessage, {
    chatbotId: chatbotIds[index % chatbotIds.length],
    data: { conversationId: randomUUID(), message: SAMPLE_MESSAGE },
  });
  if (outcome !== 'queued') throw new Error(`The event was not queued: ${outcome}`);
};

serve({
  /** → the address of its REST API */
  async start() {
    app = await NestFactory.create(HostModule, { logger: ['error', 'warn', 'fatal'] });
    app.enableShutdownHooks();
    await app.listen(0, '127.0.0.1');
    events = app.get(ChatbotEvents, { strict: false });
    const bus = app.get(EventEmitter2, { strict: false });
    bus.on('webhook.delivered', () => delivered++);
    bus.on('webhook.failed', () => failed++);
    return app.getUrl();
  },
  /** Publishes and waits until as many deliveries are over, here in this process. */
  async throughput({ count, outstanding, chatbotIds }) {
    const before = delivered + failed;
    const startedAtMs = performance.now();
    const durationsMs = await runMany(count, outstanding, publishTo(chatbotIds));
    await waitUntil(() => delivered + failed - before >= count, {
      timeoutMs: 300_000,
      what: `${count} deliveries`,
      everyMs: 2,
    });
    return { tookMs: performance.now() - startedAtMs, publishMs: percentiles(durationsMs) };
  },
  /** Publishes only. */
  async publish({ count, outstanding, chatbotIds }) {
    const startedAtMs = performance.now();
    const durationsMs = await runMany(count, outstanding, publishTo(chatbotIds));
    return { tookMs: performance.now() - startedAtMs, publishMs: percentiles(durationsMs) };
  },
  /** Publishes evenly, whatever becomes of it. */
  async steady({ perSecond, seconds, chatbotIds }) {
    const { durationsMs, count } = await runAtRate(perSecond, seconds, publishTo(chatbotIds));
    return { count, publishMs: percentiles(durationsMs) };
  },
  finished: () => ({ delivered, failed }),
  rssMb: () => process.memoryUsage.rss() / 2 ** 20,
  /** The answer goes out before the process does; it ends by itself, so that a profile gets written. */
  async stop() {
    await app.close();
    setTimeout(() => process.exit(0), 50);
  },
});
