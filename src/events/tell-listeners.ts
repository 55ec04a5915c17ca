import { Logger } from '@nestjs/common';
import type { EventEmitter2 } from '@nestjs/event-emitter';
import { loggableError } from '../common/index.js';

const logger = new Logger('Events');

/**
 * Emits news on the bus for whoever listens. It is news, not a question: a listener that throws or rejects is
 * logged, and changes nothing for the one who tells.
 */
export function tellListeners(bus: EventEmitter2, name: string, news: unknown): void {
  // In a function of its own, because a listener that is not async throws out of emitAsync itself.
  const tell = async () => bus.emitAsync(name, news);
  tell().catch((error: unknown) => {
    logger.error({ event: 'listener.failed', name, err: loggableError(error) });
  });
}
