import { Get, Res } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { Response } from 'express';
import { PublicOperation } from '../access/index.js';
import { ApiController, ApiProblems } from '../common/index.js';
import { Metrics } from './metrics.js';

@ApiController('metrics', 'Operations')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** Prometheus metrics of this process. With `PUBLIC_OPERATIONS=false` for the platform key only. */
  @Get()
  @PublicOperation()
  @ApiProblems('unauthenticated', 'insufficient_scope')
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async get(@Res() response: Response): Promise<void> {
    response.type(this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }
}
