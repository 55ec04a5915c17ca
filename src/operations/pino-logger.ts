import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { loggableError } from '../common/index.js';
import type { Environment } from '../config/index.js';

/** Nest's logger on pino: one line per fact, with the fact's keys, as JSON or for a terminal. */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor({ LOG_LEVEL, LOG_FORMAT }: Pick<Environment, 'LOG_LEVEL' | 'LOG_FORMAT'>, isTerminal: boolean) {
    const isPretty = (LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json')) === 'pretty';
    const options = {
      level: LOG_LEVEL,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino's own copies every property, and a failed query's hold its parameters.
      serializers: { err: (error: unknown) => (error instanceof Error ? loggableError(error) : error) },
    };
    this.pino = isPretty
      ? pino({
          ...options,
          transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } },
        })
      : pino(options, pino.destination(1) as DestinationStream);
  }

  log = (message: unknown, ...rest: unknown[]) => this.write('info', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);

  /** Nest passes the context last, and for errors a stack before it. */
  private write(
    level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    if (typeof message === 'object' && message !== null) this.pino[level]({ context, ...factOf(message) });
    else this.pino[level]({ context, ...(stack === undefined ? {} : { stack }) }, String(message));
  }
}

/** An error is a fact too. */
const factOf = (message: object): object =>
  message instanceof Error ? { err: loggableError(message) } : message;
