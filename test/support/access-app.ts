import { Global, type INestApplication, Module, type Type, ValidationPipe } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import type { ValidationError as FieldFailure } from 'class-validator';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccessModule,
  AccessOptions,
  defaultAuthenticator,
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

/** The Access room alone, over HTTP, on a database of its own (embedded unless DATABASE_URL says otherwise). */
export async function startAccessApp(
  controllers: Type[] = [],
  settings: Record<string, string> = {},
  options = new AccessOptions(),
): Promise<AccessApp> {
  const folder = await mkdtemp(join(tmpdir(), 'access-app-'));
  const environment = readEnvironment({ DATA_DIR: folder, ADMIN_API_KEY: PLATFORM_KEY, ...settings });
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
    providers: [defaultAuthenticator, { provide: RateLimiter, useValue: new MemoryRateLimiter(clock) }],
    exports: [defaultAuthenticator, RateLimiter],
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
