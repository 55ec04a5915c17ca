import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { orUnavailable } from './database-failure.js';
import { DomainError, type FieldError, PROBLEM_STATUS, type ProblemCode } from './domain-error.js';
import { loggableError } from './loggable-error.js';

/** RFC 9457 problem details, as every error of the API answers. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode | 'internal_error';
  readonly instance: string;
  readonly errors?: readonly FieldError[];
  readonly requiredPlans?: readonly string[];
}

const CODE_OF_STATUS = new Map<number, ProblemCode>([
  [400, 'validation_failed'],
  [401, 'unauthenticated'],
  [403, 'insufficient_scope'],
  [404, 'not_found'],
  [409, 'conflict'],
  [413, 'payload_too_large'],
  [415, 'unsupported_media_type'],
  [429, 'rate_limited'],
  [503, 'unavailable'],
]);

/** Turns whatever a route throws into problem+json. A bug answers 500 and says nothing of its inside. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = this.describe(thrown, request.method, request.path);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    const error = orUnavailable(thrown);
    if (error instanceof DomainError && error.detail.retryAfterSeconds !== undefined) {
      response.setHeader('Retry-After', String(error.detail.retryAfterSeconds));
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private describe(thrown: unknown, method: string, instance: string): Problem {
    const error = orUnavailable(thrown);
    if (error instanceof DomainError) {
      const { errors, requiredPlans } = error.detail;
      return problemOf(PROBLEM_STATUS[error.code], error.code, error.message, instance, {
        errors,
        requiredPlans,
      });
    }
    const status = statusOf(error);
    const code = status === undefined ? undefined : CODE_OF_STATUS.get(status);
    if (status !== undefined && code !== undefined) {
      // Nest's own text repeats the query string, in which people put keys.
      const detail = status === 404 ? `There is no ${method} ${instance}.` : (error as Error).message;
      return problemOf(status, code, detail, instance);
    }
    this.logger.error({ event: 'http.failed', path: instance, err: loggableError(error) });
    return problemOf(
      500,
      'internal_error',
      'Something went wrong on our side. It has been logged; try again.',
      instance,
    );
  }
}

/** The status that Nest's and the body parser's errors carry; undefined for a bug. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return error instanceof Error && typeof status === 'number' && status >= 400 && status < 500
    ? status
    : undefined;
}

function problemOf(
  status: number,
  code: Problem['code'],
  detail: string,
  instance: string,
  more: Pick<Problem, 'errors' | 'requiredPlans'> = {},
): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    instance,
    ...more,
  };
}
