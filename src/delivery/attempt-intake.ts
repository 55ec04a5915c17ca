import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/index.js';
import { type AttemptTicket, DeliveryLedger } from '../deliveries/index.js';
import { AttemptRunner } from './attempt-runner.js';
import { EndpointLanes } from './endpoint-lanes.js';
import { Sweeper } from './sweeper.js';

/** Between the queue and the attempt: lets through what its endpoint's lane has a place for. Never throws. */
@Injectable()
export class AttemptIntake {
  private readonly logger = new Logger('Delivery');

  constructor(
    private readonly lanes: EndpointLanes,
    private readonly runner: AttemptRunner,
    private readonly ledger: DeliveryLedger,
    private readonly sweeper: Sweeper,
    private readonly clock: Clock,
  ) {}

  async take(ticket: AttemptTicket): Promise<void> {
    if (!(await this.lanes.enter(ticket.chatbotId))) return this.park(ticket);
    const enteredAtMs = this.clock.monotonicMs();
    try {
      await this.runner.run(ticket);
    } finally {
      const wasFull = this.lanes.leave(ticket.chatbotId, this.clock.monotonicMs() - enteredAtMs);
      if (wasFull) this.sweeper.nudge();
    }
  }

  /** Back to its row, for a sweep that finds the lane with room. */
  private async park(ticket: AttemptTicket): Promise<void> {
    await this.ledger.park(ticket).catch((error: unknown) => {
      // Its grace runs out by itself.
      this.logger.warn({ event: 'delivery.not_parked', ...ticket, message: String(error) });
    });
  }
}
