export { BullDeliveryQueue, type CarriedAttempts, DELIVERY_QUEUE_NAME } from './bull.delivery-queue.js';
export { DeliveryModule } from './delivery.module.js';
export * from './delivery-outcome.events.js';
export { type AttemptHandler, DeliveryQueue, type QueuedAttempt } from './delivery-queue.js';
export { InProcessDeliveryQueue } from './in-process.delivery-queue.js';
export { type FailedAttempt, type RetryDecision, RetryPolicy } from './retry-policy.js';
export { ScheduledRetryPolicy } from './scheduled.retry-policy.js';
