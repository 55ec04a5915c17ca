/** The wire shapes of the REST API that this page reads and writes. Times are ISO 8601 UTC strings. */

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Organization {
  id: string;
  name: string;
  plan: string;
}

/** Who the API key belongs to. The platform key has the single scope `*`. */
export interface Me {
  kind: 'platform' | 'organization';
  name: string;
  organization: Organization | null;
  scopes: string[];
}

export interface Chatbot {
  id: string;
  organizationId: string;
  name: string;
  /** Both null where the host application keeps the chatbots. */
  createdAt: string | null;
  updatedAt: string | null;
}

export interface SecretState {
  configured: boolean;
  /** Enough to tell two secrets apart, not to use one: `whsec_…q3Zk`. */
  hint: string | null;
  /** Until when the secret before this one is still used to sign as well. */
  previousExpiresAt: string | null;
}

/** The three fields that an admin edits; `events: []` means all events. */
export interface WebhookFields {
  enabled: boolean;
  url: string | null;
  events: string[];
}

export interface WebhookSettings extends WebhookFields {
  saved: boolean;
  secret: SecretState;
  entitled: boolean;
  requiredPlans: string[];
  updatedAt: string | null;
  /** Prefix of the request headers, for example `X-Hyperleap`. */
  headerPrefix: string;
}

export interface EventType {
  type: string;
  label: string;
  description: string;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

export interface DeliveryError {
  code: string;
  message: string;
}

export interface Delivery {
  id: string;
  eventType: string;
  status: DeliveryStatus;
  test: boolean;
  attemptCount: number;
  responseStatus: number | null;
  error: DeliveryError | null;
  createdAt: string;
  nextAttemptAt: string | null;
  completedAt: string | null;
  durationMs: number | null;
}

export type HeaderMap = Record<string, string | string[]>;

export interface Attempt {
  /** 1-based. */
  number: number;
  startedAt: string;
  durationMs: number | null;
  url: string | null;
  responseStatus: number | null;
  responseHeaders: HeaderMap | null;
  responseBody: string | null;
  responseBodyTruncated: boolean;
  error: DeliveryError | null;
  /** As sent, without the values of the signature headers. */
  requestHeaders?: HeaderMap | null;
}

export interface DeliveryDetail extends Delivery {
  /** Exactly the bytes that were signed and sent. */
  requestBody: string;
  /** Oldest first. */
  attempts: Attempt[];
}

export interface OverviewBucket {
  startAt: string;
  delivered: number;
  failed: number;
  pending: number;
}

export interface Overview {
  since: string;
  until: string;
  delivered: number;
  failed: number;
  pending: number;
  /** 0 to 1; null while nothing has ended yet. */
  successRate: number | null;
  durationMs: { p50: number | null; p95: number | null };
  oldestPendingAt: string | null;
  /** 24 hours, oldest first. */
  buckets: OverviewBucket[];
}

export interface VerifyRequest {
  body: string;
  signature: string;
  webhookId?: string;
  webhookTimestamp?: string;
}

export interface VerifyResult {
  valid: boolean;
  /** The header whose value it is; null when it is not valid. */
  scheme: string | null;
  message: string;
}
