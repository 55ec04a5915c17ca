import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
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
      answers(this.dataSource.query('SELECT 1')),
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
}

async function answers(question: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>(
    (resolve) => (timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS)),
  );
  const isUp = await Promise.race([
    question.then(
      () => true,
      () => false,
    ),
    tooLate,
  ]);
  clearTimeout(timer);
  return isUp;
}
