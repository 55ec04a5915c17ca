import { isDatabaseUnavailable } from './database-failure.js';

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

export interface BatcherOptions {
  /** Items in one call of `run` at most. */
  readonly maxItems: number;
  /** Calls of `run` under way at most; while all are, items gather for the next. */
  readonly maxParallel: number;
}

/**
 * Lets many callers share one statement. An idle batcher runs at the end of the current turn of the event
 * loop, a busy one gathers: latency stays low at rest and statements grow under load, without a timer.
 *
 * `run` gets 1..maxItems items and returns one result per item, in order. When it throws, each of its items
 * is tried once alone, so that one bad item cannot fail its neighbours; `run` must be all-or-nothing.
 */
export class Batcher<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private underWay = 0;
  private isScheduled = false;

  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly options: BatcherOptions,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.length === 0 || this.underWay >= this.options.maxParallel) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      void this.flush(this.waiting.splice(0, this.options.maxItems));
      this.schedule();
    });
  }

  private async flush(batch: Waiting<Item, Result>[]): Promise<void> {
    this.underWay++;
    try {
      const results = await this.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      // Trying one by one would only wait for the same dead server once per item.
      if (batch.length === 1 || isDatabaseUnavailable(error)) batch.forEach(({ reject }) => reject(error));
      else await this.eachAlone(batch);
    } finally {
      this.underWay--;
      this.schedule();
    }
  }

  private async eachAlone(batch: Waiting<Item, Result>[]): Promise<void> {
    for (const { item, resolve, reject } of batch) {
      await this.run([item]).then(([result]) => resolve(result as Result), reject);
    }
  }
}
