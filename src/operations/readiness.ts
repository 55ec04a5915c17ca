import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { within } from '../common/index.js';
import { DeliveryQueue } from '../delivery/index.js';
import type { HealthDto } from './dto/health.dto.js';

const ANSWER_WITHIN_MS = 1500;

/** Asks each part that the server depends on whether it answers. */
@Injectable()
export class Readiness {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: DeliveryQueue,
  ) {}

  async check(): Promise<HealthDto> {
    const [isDatabaseUp, isQueueUp] = await Promise.all([
      answers(this.canWrite()),
      answers(this.queue.waitingCount()),
    ]);
    return {
      status: !isDatabaseUp ? 'down' : isQueueUp ? 'ok' : 'degraded',
      parts: {
        database: { status: isDatabaseUp ? 'up' : 'down' },
        queue: { status: isQueueUp ? 'up' : 'down' },
      },
    };
  }

  /** A standby answers too, and accepts nothing. */
  private async canWrite(): Promise<void> {
    const [row] = await this.dataSource.query<{ transaction_read_only: string }[]>(
      'SHOW transaction_read_only',
    );
    if (row?.transaction_read_only !== 'off') throw new Error('The database is read-only.');
  }
}

const answers = (question: Promise<unknown>): Promise<boolean> =>
  within(ANSWER_WITHIN_MS, question, () => new Error('too late')).then(
    () => true,
    () => false,
  );
