import type { DeliveryError } from '../deliveries/index.js';

/** On the bus, for the host's own use: a delivery is over. `failed` may become `delivered` by a redelivery. */
export const WEBHOOK_DELIVERED = 'webhook.delivered';
export const WEBHOOK_FAILED = 'webhook.failed';

export interface WebhookOutcome {
  readonly deliveryId: string;
  readonly chatbotId: string;
  readonly organizationId: string;
  readonly eventType: string;
  readonly isTest: boolean;
  readonly attemptCount: number;
  /** Of the last attempt; null when nothing was answered. */
  readonly responseStatus: number | null;
  /** Null when delivered. */
  readonly error: DeliveryError | null;
}

/** On the bus: one attempt is over and recorded. Metrics listen to it. */
export const WEBHOOK_ATTEMPTED = 'webhook.attempted';

export interface WebhookAttempted {
  readonly durationMs: number;
  /** `delivered`, or the error's code. */
  readonly result: string;
}
