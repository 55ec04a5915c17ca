import { Global, type INestApplication, Module, type Type, ValidationPipe } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import type { ValidationError as FieldFailure } from 'class-validator';
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
import { newEngine } from './engine.js';

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

/** The Access room alone, over HTTP, on a database of its own: embedded, or on a server. */
export async function startAccessApp(
  controllers: Type[] = [],
  settings: Record<string, string> = {},
  options = new AccessOptions(),
): Promise<AccessApp> {
  const engine = await newEngine();
  const environment = readEnvironment({
    ...engine.environment,
    ADMIN_API_KEY: PLATFORM_KEY,
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
    await engine.drop();
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
