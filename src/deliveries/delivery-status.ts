/** `pending` → `delivered` or `failed`; back to `pending` only by a redelivery. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why an attempt failed. */
export type AttemptErrorCode =
  | 'timeout'
  | 'dns'
  | 'connection_refused'
  | 'connection_reset'
  | 'network'
  | 'tls'
  | 'blocked_address'
  | 'http_status'
  | 'interrupted';

/** Why a delivery ended without a request. */
export type EndReason = 'webhook_disabled' | 'webhook_url_removed' | 'plan_required' | 'chatbot_deleted';

export interface DeliveryError<Code extends string = AttemptErrorCode | EndReason> {
  readonly code: Code;
  /** One plain sentence for an admin. */
  readonly message: string;
}
