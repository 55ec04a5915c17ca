// A host application that publishes inside its own transactions, as the README shows it. Delivers nothing
// itself: PROCESS_ROLE is `api`.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve } from '../../../bench/support/rpc.mjs';

const require = createRequire(import.meta.url);
const { ChatbotEvents, ChatbotWebhooksModule, LeadCaptured } = require(join(process.env.BUILD, 'index.js'));
const { DataSource } = require('typeorm');

class HostModule {}
Module({ imports: [ChatbotWebhooksModule.forRoot()] })(HostModule);

let dataSource;
let events;

serve({
  async start() {
    const app = await NestFactory.createApplicationContext(HostModule, { logger: ['error', 'fatal'] });
    dataSource = app.get(DataSource, { strict: false });
    events = app.get(ChatbotEvents, { strict: false });
    await dataSource.query('CREATE TABLE IF NOT EXISTS lead (name text PRIMARY KEY)');
  },
  /** @returns the deliveryId, or null when the transaction was rolled back */
  async publish({ chatbotId, name, commits, holdMs = 0 }) {
    let result;
    try {
      await dataSource.transaction(async (manager) => {
        await manager.query('INSERT INTO lead VALUES ($1)', [name]);
        result = await events.publish(LeadCaptured, { chatbotId, data: { name } }, { manager });
        await new Promise((resolve) => setTimeout(resolve, holdMs));
        if (!commits) throw new Error('rolled back');
      });
    } catch (error) {
      if (error.message !== 'rolled back') throw error;
      return { deliveryId: null, committedAtMs: null };
    }
    return { deliveryId: result.deliveryId, committedAtMs: Date.now() };
  },
  /** What a caller in process gets while the database is away. */
  async publishError({ chatbotId }) {
    const sinceMs = performance.now();
    try {
      await events.publish(LeadCaptured, { chatbotId, data: {} });
      return { name: null, code: null, tookMs: performance.now() - sinceMs };
    } catch (error) {
      return { name: error.name, code: error.code, tookMs: performance.now() - sinceMs };
    }
  },
});
