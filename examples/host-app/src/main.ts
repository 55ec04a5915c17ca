import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { exceptWebhooks, setUpApp } from 'chatbot-webhooks';
import { AppModule } from './app.module.js';

async function main(): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule);
  // For our own routes; those of Chatbot Webhooks validate by themselves.
  app.useGlobalPipes(exceptWebhooks(new ValidationPipe({ whitelist: true, transform: true })));
  // The settings page at /, Swagger at /docs. Without this line the REST API is there all the same.
  setUpApp(app);
  app.enableShutdownHooks();
  await app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
}

void main();
