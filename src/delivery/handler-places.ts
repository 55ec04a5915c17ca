import { Logger } from '@nestjs/common';
import { loggableError } from '../common/index.js';
import type { AttemptTicket } from '../deliveries/index.js';
import type { AttemptHandler } from './delivery-queue.js';

/** A worker's places: so many handlers run at a time, the others wait for their turn. */
export class HandlerPlaces {
  private free: number;
  private isClosed = false;
  private readonly waiting: ((isOurTurn: boolean) => void)[] = [];

  constructor(
    private readonly handler: AttemptHandler,
    count: number,
  ) {
    this.free = count;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** @returns once the handler has begun; false: the places were closed before its turn came */
  async begin(ticket: AttemptTicket): Promise<boolean> {
    if (!(await this.turn())) return false;
    void this.run(ticket).then(() => {
      const next = this.waiting.shift();
      if (next) next(true);
      else this.free++;
    });
    return true;
  }

  /** Nothing begins any more; what runs goes on. */
  close(): void {
    this.isClosed = true;
    this.waiting.splice(0).forEach((giveUp) => giveUp(false));
  }

  private async turn(): Promise<boolean> {
    if (this.isClosed) return false;
    if (this.free === 0) return new Promise((resolve) => this.waiting.push(resolve));
    this.free--;
    return true;
  }

  /** Handlers never throw, by contract; if one does, it must not take the others with it. */
  private async run(ticket: AttemptTicket): Promise<void> {
    try {
      await this.handler(ticket);
    } catch (error) {
      new Logger('DeliveryQueue').error({
        event: 'queue.handler_failed',
        ...ticket,
        err: loggableError(error),
      });
    }
  }
}
