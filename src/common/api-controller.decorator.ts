import { applyDecorators, Controller, UseFilters, UsePipes } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ownRequestTypes } from './except-webhooks.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { requestValidation } from './request-validation.js';

/**
 * A controller of the REST API. It brings validation and problem details along: a host application that
 * mounts it need not set up anything, and its own routes stay as they are.
 */
export function ApiController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(path),
    ApiTags(tag),
    UsePipes(requestValidation()),
    UseFilters(ProblemDetailsFilter),
    ownRequestTypes as ClassDecorator,
  );
}
