import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseUnavailable, loggableError } from '../common/index.js';
import { type AttemptTicket, DeliveryLedger } from '../deliveries/index.js';
import { EndpointLanes } from './endpoint-lanes.js';

const INTERVAL_MS = 1000;
/** Between two pages while there is more to do than room. */
const BUSY_MS = 20;
const PAGE = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Who makes the attempts that a sweep brings. */
export interface SweptAttempts {
  /** How many more it can take right now. */
  room(): number;
  take(ticket: AttemptTicket): void;
}

/**
 * Brings due attempts that nobody carries: lost by the queue, parked, or left by a process that died. Runs in
 * every worker and for that worker, past the queue: so nothing that befalls the queue, a job in it that blocks
 * its own successor included, can hold up a row. Rows under way in another's sweep are skipped.
 */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger('Sweeper');
  private isRunning = false;
  private running: Promise<void> = Promise.resolve();
  private wake: (() => void) | null = null;
  private isNudged = false;
  private afterChatbotId = BEFORE_ALL;

  constructor(
    private readonly ledger: DeliveryLedger,
    private readonly lanes: EndpointLanes,
  ) {}

  start(attempts: SweptAttempts): void {
    this.isRunning = true;
    this.running = this.run(attempts);
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    this.nudge();
    await this.running;
  }

  /** There may be something to bring right now. */
  nudge(): void {
    this.isNudged = true;
    this.wake?.();
  }

  private async run(attempts: SweptAttempts): Promise<void> {
    while (this.isRunning) {
      this.isNudged = false;
      const isMoreExpected = await this.sweepPage(attempts);
      if (!this.isRunning) return;
      // A nudge during the page says that the page may have missed something: look again, but not in a spin.
      await this.pause(isMoreExpected || this.isNudged ? BUSY_MS : INTERVAL_MS, isMoreExpected);
    }
  }

  private async sweepPage(attempts: SweptAttempts): Promise<boolean> {
    try {
      const limit = Math.min(PAGE, attempts.room());
      if (limit <= 0) return true;
      const tickets = await this.ledger.sweep({
        limit,
        afterChatbotId: this.afterChatbotId,
        exceptChatbotIds: this.lanes.full(),
      });
      tickets.forEach((ticket) => attempts.take(ticket));
      const last = tickets.at(-1);
      this.afterChatbotId = last && tickets.length === limit ? last.chatbotId : BEFORE_ALL;
      return tickets.length > 0;
    } catch (error) {
      if (isDatabaseUnavailable(error))
        this.logger.warn({ event: 'sweep.postponed', message: (error as Error).message });
      else this.logger.error({ event: 'sweep.failed', err: loggableError(error) });
      return false;
    }
  }

  private async pause(ms: number, isFixed: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      if (isFixed) return;
      this.wake = () => {
        clearTimeout(timer);
        // Nudges come by the thousand under load: they shorten the wait, they do not abolish it.
        setTimeout(resolve, BUSY_MS);
      };
    });
    this.wake = null;
  }
}
