import { Global, type INestApplication, Module, type Type, ValidationPipe } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import type { ValidationError as FieldFailure } from 'class-validator';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  AccessModule,
  AccessOptions,
  Authenticator,
  DefaultAuthenticator,
  MemoryRateLimiter,
  RateLimiter,
} from '../../src/access/index.js';
import { Clock, ProblemDetailsFilter, ValidationError } from '../../src/common/index.js';
import { Environment, readEnvironment } from '../../src/config/index.js';
import { DatabaseModule } from '../../src/database/index.js';

export const PLATFORM_KEY = 'platform-key-of-the-tests';

/** Real time, plus what a test adds. */
export class ShiftedClock extends Clock {
  aheadMs = 0;
  override now(): Date {
    return new Date(super.now().getTime() + this.aheadMs);
  }
  override monotonicMs(): number {
    return super.monotonicMs() + this.aheadMs;
  }
}

export interface AccessApp {
  readonly app: INestApplication;
  readonly clock: ShiftedClock;
  close(): Promise<void>;
}

/** The Access room alone, over HTTP, on a database of its own: embedded, or on the server of DATABASE_URL. */
export async function startAccessApp(
  controllers: Type[] = [],
  settings: Record<string, string> = {},
  options = new AccessOptions(),
): Promise<AccessApp> {
  const folder = await mkdtemp(join(tmpdir(), 'access-app-'));
  const database = process.env['DATABASE_URL'] ? await createDatabase(process.env['DATABASE_URL']) : null;
  const environment = readEnvironment({
    DATA_DIR: folder,
    ADMIN_API_KEY: PLATFORM_KEY,
    ...(database && {
      DATABASE_URL: database.url,
      SECRET_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    }),
    ...settings,
  });
  const clock = new ShiftedClock();

  @Global()
  @Module({
    providers: [
      { provide: Environment, useValue: environment },
      { provide: Clock, useValue: clock },
      { provide: AccessOptions, useValue: options },
    ],
    exports: [Environment, Clock, AccessOptions],
  })
  class SettingsModule {}

  @Global()
  @Module({
    imports: [AccessModule],
    providers: [
      DefaultAuthenticator,
      {
        provide: Authenticator,
        inject: [DefaultAuthenticator],
        useFactory: (login: DefaultAuthenticator) => login.create(),
      },
      { provide: RateLimiter, useValue: new MemoryRateLimiter(clock) },
    ],
    exports: [Authenticator, RateLimiter],
  })
  class PortsModule {}

  const testing = await Test.createTestingModule({
    imports: [
      SettingsModule,
      DatabaseModule.forRoot(),
      EventEmitterModule.forRoot(),
      PortsModule,
      AccessModule,
    ],
    controllers,
  }).compile();
  const app = testing.createNestApplication({ logger: ['error', 'fatal'] });
  app.useGlobalFilters(new ProblemDetailsFilter());
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (failures) => new ValidationError(failures.flatMap(fieldErrors)),
    }),
  );
  const close = async () => {
    await app.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await app.init();
  } catch (error) {
    await close();
    throw error;
  }
  return { app, clock, close };
}

const fieldErrors = ({ property, constraints }: FieldFailure) =>
  Object.values(constraints ?? {}).map((message) => ({ field: property, message }));

async function createDatabase(serverUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `access_${randomUUID().replaceAll('-', '')}`;
  const run = async (statement: string) => {
    const client = new Client(serverUrl);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}
