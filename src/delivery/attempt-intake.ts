import { Injectable, Logger } from '@nestjs/common';
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
  ) {}

  async take(ticket: AttemptTicket): Promise<void> {
    if (!(await this.lanes.enter(ticket.chatbotId))) return this.park(ticket);
    let isInLane = true;
    const leave = (tookMs: number | null) => {
      if (!isInLane) return;
      isInLane = false;
      if (this.lanes.leave(ticket.chatbotId, tookMs)) this.sweeper.nudge();
    };
    try {
      await this.runner.run(ticket, leave);
    } finally {
      leave(null);
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
