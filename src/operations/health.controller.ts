import { Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../access/index.js';
import { ApiController } from '../common/index.js';
import { HealthDto } from './dto/health.dto.js';
import { Readiness } from './readiness.js';

@ApiController('health', 'Operations')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Whether the process runs. */
  @Get('live')
  @Public()
  live(): HealthDto {
    return { status: 'ok', parts: {} };
  }

  /**
   * Which parts answer. Without the database: 503. Without the queue: `degraded`, still 200, because events are
   * accepted and kept; they are sent when it is back.
   */
  @Get('ready')
  @Public()
  @ApiOkResponse({ type: HealthDto })
  @ApiServiceUnavailableResponse({ type: HealthDto, description: 'The database does not answer.' })
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthDto> {
    const health = await this.readiness.check();
    if (health.status === 'down') response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return health;
  }
}
