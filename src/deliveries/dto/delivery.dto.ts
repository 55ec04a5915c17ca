import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant, PageQuery } from '../../common/index.js';
import type { Delivery } from '../delivery.entity.js';
import type { DeliveryAttempt } from '../delivery-attempt.entity.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery-status.js';

export class DeliveryQuery extends PageQuery {
  /** Only deliveries in this status. */
  @IsOptional()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  /**
   * Only deliveries of this event type.
   * @example "lead.captured"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  eventType?: string;

  /** Only test deliveries, or only real ones. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'test must be true or false' })
  test?: boolean;

  /** Only deliveries created at this time or later; ISO 8601 with an offset. */
  @IsOptional()
  @IsInstant()
  since?: string;

  /** Only deliveries created before this time; ISO 8601 with an offset. */
  @IsOptional()
  @IsInstant()
  until?: string;
}

export class DeliveryErrorDto {
  /**
   * Stable: `timeout`, `dns`, `connection_refused`, `connection_reset`, `network`, `tls`, `blocked_address`,
   * `http_status`, `interrupted`; without a request: `webhook_disabled`, `webhook_url_removed`,
   * `plan_required`, `chatbot_deleted`.
   * @example "http_status"
   */
  code: string;

  /** @example "The receiver answered 500." */
  message: string;
}

/** One row of Recent Deliveries. */
export class DeliverySummaryDto {
  /** The `deliveryId` that receivers see, the same at every attempt. */
  id: string;

  /** @example "lead.captured" */
  eventType: string;

  status: DeliveryStatus;

  /** Whether it was sent by "Send Test Event". */
  test: boolean;

  /** Attempts begun so far. */
  attemptCount: number;

  /**
   * Of the last attempt; null when nothing was answered.
   * @example 200
   */
  responseStatus: number | null;

  /** Of the last attempt; null once delivered. */
  error: DeliveryErrorDto | null;

  createdAt: string;

  /** Null while an attempt is under way, and once completed. */
  nextAttemptAt: string | null;

  /** Null while pending. */
  completedAt: string | null;

  /**
   * Of the last attempt, in milliseconds.
   * @example 87
   */
  durationMs: number | null;

  static from(row: Delivery): DeliverySummaryDto {
    return {
      id: row.id,
      eventType: row.eventType,
      status: row.status,
      test: row.isTest,
      attemptCount: row.attemptCount,
      responseStatus: row.responseStatus,
      error: errorOf(row),
      createdAt: row.createdAt.toISOString(),
      nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
      completedAt: row.completedAt?.toISOString() ?? null,
      durationMs: row.durationMs,
    };
  }
}

export class DeliveryListDto {
  items: DeliverySummaryDto[];

  /** For `?cursor=`; null on the last page. */
  nextCursor: string | null;
}

/** One HTTP request for a delivery. */
export class AttemptDto {
  /** 1-based. */
  number: number;

  startedAt: string;

  durationMs: number;

  /** Where it went. */
  url: string;

  /**
   * The headers but for the signatures. Made anew when read: as they would be sent with today's settings and version
   * of the product.
   */
  requestHeaders: Record<string, string>;

  responseStatus: number | null;

  /** Values are strings, or lists of strings for headers that came more than once. */
  responseHeaders: Record<string, unknown> | null;

  /** The first 16 KiB, read as UTF-8. */
  responseBody: string | null;

  responseBodyTruncated: boolean;

  /** Null when the receiver answered 2xx. */
  error: DeliveryErrorDto | null;

  static from(row: DeliveryAttempt, requestHeaders: Record<string, string>): AttemptDto {
    return {
      number: row.number,
      startedAt: row.startedAt.toISOString(),
      durationMs: row.durationMs,
      url: row.url,
      requestHeaders,
      responseStatus: row.responseStatus,
      responseHeaders: row.responseHeaders,
      responseBody: row.responseBody?.toString('utf8') ?? null,
      responseBodyTruncated: row.isResponseBodyTruncated,
      error: errorOf(row),
    };
  }
}

export class DeliveryDto extends DeliverySummaryDto {
  /** The body, exactly as it was sent. */
  requestBody: string;

  /** Oldest first. */
  attempts: AttemptDto[];
}

/** Deliveries of one hour. */
export class OverviewBucketDto {
  startAt: string;
  delivered: number;
  failed: number;
  pending: number;
}

export class DurationsDto {
  /** Median, in milliseconds. */
  p50: number | null;
  /** 95th percentile, in milliseconds. */
  p95: number | null;
}

export class OverviewDto {
  since: string;
  until: string;
  delivered: number;
  failed: number;
  pending: number;

  /** Delivered of all completed, 0 to 1; null when none is completed. */
  successRate: number | null;

  /** Of the last attempts. */
  durationMs: DurationsDto;

  /** When the oldest delivery that is still on its way was created. */
  oldestPendingAt: string | null;

  /** 24 hours, oldest first. */
  buckets: OverviewBucketDto[];
}

function errorOf({
  errorCode,
  errorMessage,
}: Pick<Delivery, 'errorCode' | 'errorMessage'>): DeliveryErrorDto | null {
  return errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' };
}
