import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Batcher } from '../common/index.js';
import { type AttemptTicket, DeliveryLedger } from '../deliveries/index.js';
import { DeliveryQueue, type QueuedAttempt } from './delivery-queue.js';
import { EndpointLanes } from './endpoint-lanes.js';

/** Up to here the queue is short enough for anybody's attempts. */
const SHORT_QUEUE = 1000;
/** Beyond it only who has few may enter, up to here; the others stay in their rows. Bounds Redis and memory. */
const HIGH_WATER = 10_000;
const FEW_PER_WINDOW = 50;
const WINDOW_MS = 500;

/**
 * Hands attempts to the queue, where there is room. It may refuse: a row that nobody hands over is the
 * sweeper's, which takes chatbots in turn. That is how one customer's burst stays out of the others' way.
 */
@Injectable()
export class Dispatcher implements OnModuleDestroy {
  private readonly logger = new Logger('Dispatcher');
  private readonly adding = new Batcher((attempts: readonly QueuedAttempt[]) => this.enqueueAll(attempts), {
    maxItems: 500,
    maxParallel: 2,
  });
  /** An estimate, renewed each window: wrong by a window's worth costs fairness, never a delivery. */
  private depth = 0;
  private readonly enteredInWindow = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private isQueueDown = false;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly ledger: DeliveryLedger,
    private readonly lanes: EndpointLanes,
  ) {}

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  /** Whether a fresh attempt of this chatbot may enter the queue now; if so it is counted, and `send` follows. */
  admits(chatbotId: string): boolean {
    this.keepMeasuring();
    if (this.lanes.isFull(chatbotId)) return false;
    const entered = this.enteredInWindow.get(chatbotId) ?? 0;
    const limit = entered < FEW_PER_WINDOW ? HIGH_WATER : SHORT_QUEUE;
    if (this.isQueueDown || this.depth >= limit) return false;
    this.enteredInWindow.set(chatbotId, entered + 1);
    this.depth++;
    return true;
  }

  /**
   * Best effort, in the background. What the queue does not take is left to the sweeper from its due time on;
   * what it takes and loses, a grace later.
   */
  send(ticket: AttemptTicket, delayMs = 0): void {
    if (this.isQueueDown) return this.park(ticket);
    this.adding.add({ ...ticket, delayMs }).catch((error: unknown) => {
      this.isQueueDown = true;
      this.keepMeasuring();
      this.logger.debug({ event: 'queue.refused', message: String(error) });
      this.park(ticket);
    });
  }

  private park(ticket: AttemptTicket): void {
    this.keepMeasuring();
    this.ledger.park(ticket).catch((error: unknown) => {
      this.logger.debug({ event: 'delivery.not_parked', ...ticket, message: String(error) });
    });
  }

  private keepMeasuring(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.measure();
    }, WINDOW_MS).unref();
  }

  private async measure(): Promise<void> {
    this.enteredInWindow.clear();
    try {
      this.depth = await this.queue.waitingCount();
      this.isQueueDown = false;
    } catch {
      this.isQueueDown = true;
      this.keepMeasuring();
    }
  }

  private async enqueueAll(attempts: readonly QueuedAttempt[]): Promise<null[]> {
    await this.queue.enqueue(attempts);
    return attempts.map(() => null);
  }
}
