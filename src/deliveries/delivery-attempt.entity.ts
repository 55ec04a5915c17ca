import { Column, Entity, PrimaryColumn } from 'typeorm';
import { table } from '../common/index.js';

/** One HTTP request for a delivery. Written by DeliveryLedger only. */
@Entity(table('delivery_attempt'))
export class DeliveryAttempt {
  @PrimaryColumn('uuid', { name: 'delivery_id', primaryKeyConstraintName: 'delivery_attempt_pkey' })
  deliveryId: string;

  /** 1-based. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'delivery_attempt_pkey' })
  number: number;

  @Column({ type: 'timestamptz', name: 'started_at', precision: 3 })
  startedAt: Date;

  @Column('integer', { name: 'duration_ms' })
  durationMs: number;

  @Column('text')
  url: string;

  @Column('integer', { name: 'response_status', nullable: true })
  responseStatus: number | null;

  @Column('jsonb', { name: 'response_headers', nullable: true })
  responseHeaders: Record<string, string | string[]> | null;

  /** Bytes as they came, at most 16 KiB: PostgreSQL's text would refuse a NUL. */
  @Column('bytea', { name: 'response_body', nullable: true })
  responseBody: Buffer | null;

  @Column('boolean', { name: 'is_response_body_truncated' })
  isResponseBodyTruncated: boolean;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage: string | null;
}
