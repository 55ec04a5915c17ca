import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../common/index.js';
import { Environment } from '../config/index.js';
import { type AttemptTicket, DeliveryLedger } from '../deliveries/index.js';
import { AttemptIntake } from './attempt-intake.js';
import { AttemptJournal } from './attempt-journal.js';
import { DeliveryQueue } from './delivery-queue.js';
import { Sweeper } from './sweeper.js';

/** After the last attempt's deadline: time to record it. */
const DRAIN_MARGIN_MS = 2000;
const DRAIN_POLL_MS = 25;
/** The queue may keep a worker full: what the sweeper brings has places of its own. */
const SWEPT_SHARE = 0.25;

/** The life of a worker: takes attempts from the queue, and at the end lets them finish or hands them back. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('DeliveryWorker');
  private running = 0;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly intake: AttemptIntake,
    private readonly ledger: DeliveryLedger,
    private readonly journal: AttemptJournal,
    private readonly sweeper: Sweeper,
    private readonly clock: Clock,
    private readonly environment: Environment,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { PROCESS_ROLE, WEBHOOK_CONCURRENCY, isEmbedded } = this.environment;
    if (PROCESS_ROLE === 'api') return;
    // One process at a time has the embedded database: what is under way in it died with the last one.
    if (isEmbedded) await this.ledger.endLeases();
    const places = Math.ceil(WEBHOOK_CONCURRENCY * (1 + SWEPT_SHARE));
    this.sweeper.start({
      room: () => places - this.running,
      take: (ticket) => void this.handle(ticket),
    });
    await this.queue.consume((ticket) => this.handle(ticket), WEBHOOK_CONCURRENCY);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.environment.PROCESS_ROLE !== 'api') await this.drain();
    await this.queue.close();
  }

  private async handle(ticket: AttemptTicket): Promise<void> {
    this.running++;
    try {
      await this.intake.take(ticket);
    } finally {
      this.running--;
    }
  }

  /** A hung receiver does not hold the exit: what is not over by its deadline goes back to the rows. */
  private async drain(): Promise<void> {
    const deadlineMs = this.clock.monotonicMs() + this.environment.WEBHOOK_TIMEOUT + DRAIN_MARGIN_MS;
    await Promise.all([this.sweeper.stop(), this.queue.stopConsuming()]);
    while (this.running > 0 && this.clock.monotonicMs() < deadlineMs) await sleep(DRAIN_POLL_MS);
    const handedBack = await this.journal.handBack().catch((error: unknown) => String(error));
    this.logger.log({ event: 'worker.drained', handedBack });
  }
}
