import { Injectable } from '@nestjs/common';

/** The one source of time. Tests replace it; nothing else reads the system clock. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Milliseconds that never jump: for durations and deadlines, not for dates. */
  monotonicMs(): number {
    return performance.now();
  }
}
