import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { Server } from 'node:http';
import { AppModule } from './app.module.js';
import { setUpApp } from './app.setup.js';
import { type Environment, EnvironmentError, readEnvironment } from './config/index.js';
import { PinoLogger } from './operations/index.js';

/** Beyond the last attempt's deadline; then the process ends, whatever still holds it. */
const SHUTDOWN_MARGIN_MS = 5000;
/** For requests under way at the end. Publishing answers within 4 s, whatever stands still. */
const REQUEST_GRACE_MS = 4500;

async function main(): Promise<void> {
  const environment = readEnvironment();
  const logger = new PinoLogger(environment, process.stdout.isTTY);
  const app = await NestFactory.create<NestExpressApplication>(AppModule, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  closeGently(app);
  setUpApp(app);
  app.enableShutdownHooks();
  endInTime(environment);
  await listen(app, environment, logger);
}

async function listen(
  app: NestExpressApplication,
  { HOST, PORT, PROCESS_ROLE }: Environment,
  logger: PinoLogger,
): Promise<void> {
  try {
    await app.listen(PORT, HOST);
    logger.log({ event: 'server.listening', url: await app.getUrl(), role: PROCESS_ROLE }, 'Server');
  } catch (error) {
    // A worker's port serves its probes only: several workers on one machine may share a configuration.
    if (PROCESS_ROLE !== 'worker' || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    logger.warn(
      { event: 'server.no_probes', message: `Port ${PORT} is taken; this worker runs without /health.` },
      'Server',
    );
    await app.init();
  }
}

/** What is being answered at the end is answered; a connection that is kept alive gets no further request. */
function closeGently(app: NestExpressApplication): void {
  let isEnding = false;
  app.use((_request: Request, response: Response, next: NextFunction) => {
    if (isEnding) response.setHeader('Connection', 'close');
    next();
  });
  const end = () => {
    isEnding = true;
    setTimeout(() => (app.getHttpServer() as Server).closeAllConnections(), REQUEST_GRACE_MS).unref();
  };
  process.once('SIGTERM', end).once('SIGINT', end);
}

function endInTime({ WEBHOOK_TIMEOUT }: Environment): void {
  const end = () => setTimeout(() => process.exit(1), WEBHOOK_TIMEOUT + SHUTDOWN_MARGIN_MS).unref();
  process.once('SIGTERM', end).once('SIGINT', end);
}

main().catch((error: unknown) => {
  // A wrong setting is one line; anything else needs its stack.
  process.stderr.write(`${error instanceof EnvironmentError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
});
