import Bull from 'bull';
import { randomUUID } from 'node:crypto';

/** Hands attempts over in jobs, as the product does: whether or not it has handed them over itself. */
export function openJobs(stack) {
  const queue = new Bull('webhook-deliveries', {
    prefix: '{chatbot-webhooks}',
    redis: { host: '127.0.0.1', port: stack.redis.port },
  });
  return {
    /** @param {{ deliveryId: string, chatbotId: string, attemptNumber: number }[]} tickets of one job */
    add: (tickets) =>
      queue.add(
        { tickets },
        { jobId: `${randomUUID()}-${tickets.length}`, removeOnComplete: true, removeOnFail: true },
      ),
    close: () => queue.close(),
  };
}
