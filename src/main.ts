import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import { setUpApp } from './app.setup.js';
import { type Environment, EnvironmentError, readEnvironment } from './config/index.js';
import { PinoLogger } from './operations/index.js';

/** Beyond the last attempt's deadline; then the process ends, whatever still holds it. */
const SHUTDOWN_MARGIN_MS = 5000;
/** For requests under way at the end. Publishing answers within 4 s, whatever stands still. */
const REQUEST_GRACE_MS = 4500;

const NOT_OUR_HOST = 'HOST wants the name or an address of this machine';
const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  ENOTFOUND: NOT_OUR_HOST,
  EAI_AGAIN: NOT_OUR_HOST,
  EADDRNOTAVAIL: NOT_OUR_HOST,
  EADDRINUSE: 'PORT wants a port that no other program has; this one is taken',
  EACCES: 'PORT wants a port that this user may open',
};

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
  await app.init();
  const server = app.getHttpServer() as Server;
  try {
    // Not by `app.listen`, which would log what is wrong with HOST together with its value.
    await once(server.listen(PORT, HOST), 'listening');
    logger.log({ event: 'server.listening', url: urlOf(server), role: PROCESS_ROLE }, 'Server');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // A worker's port serves its probes only: several workers on one machine may share a configuration.
    if (PROCESS_ROLE !== 'worker' || code !== 'EADDRINUSE') {
      const problem = LISTEN_PROBLEMS[code];
      throw problem === undefined ? error : new EnvironmentError([problem]);
    }
    logger.warn(
      { event: 'server.no_probes', message: `Port ${PORT} is taken; this worker runs without /health.` },
      'Server',
    );
  }
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
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
