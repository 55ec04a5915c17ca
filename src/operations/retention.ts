import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../common/index.js';
import { Environment } from '../config/index.js';
import { DeliveryLedger } from '../deliveries/index.js';

const INTERVAL_MS = 10 * 60_000;
const FIRST_AFTER_MS = 60_000;
const PAGE = 1000;
const DAY_MS = 86_400_000;

/** Deletes completed deliveries past their days, a page at a time; keeps the embedded database's tables tidy. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Retention');
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: DeliveryLedger,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly environment: Environment,
  ) {}

  onApplicationBootstrap(): void {
    if (this.environment.PROCESS_ROLE !== 'api') this.schedule(FIRST_AFTER_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.underWay;
  }

  /** @returns how many deliveries were deleted */
  async run(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - this.environment.DELIVERY_RETENTION_DAYS * DAY_MS);
    for (let total = 0; ;) {
      const deleted = await this.ledger.deleteCreatedBefore(before, PAGE);
      total += deleted;
      if (deleted < PAGE || this.isStopping) return total;
    }
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.underWay = this.runOnce().finally(() => {
        if (!this.isStopping) this.schedule(INTERVAL_MS);
      });
    }, afterMs).unref();
  }

  private async runOnce(): Promise<void> {
    try {
      const deleted = await this.run();
      if (deleted > 0) this.logger.log({ event: 'retention.deleted', deliveries: deleted });
      // A server does this by itself; PGlite has no autovacuum.
      if (this.environment.isEmbedded) await this.dataSource.query('VACUUM (ANALYZE)');
    } catch (error) {
      this.logger.warn({ event: 'retention.postponed', message: (error as Error).message });
    }
  }
}
