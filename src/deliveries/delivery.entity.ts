import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { table } from '../common/index.js';
import type { DeliveryStatus } from './delivery-status.js';

/** One event on its way to one chatbot's URL. Written by DeliveryLedger only. */
@Entity(table('delivery'))
@Index('delivery_event_key', ['chatbotId', 'eventId'], { unique: true })
@Index('delivery_recent_idx', ['chatbotId', 'createdAt', 'id'])
@Index('delivery_failed_idx', ['chatbotId', 'createdAt', 'id'], { where: `status = 'failed'` })
@Index('delivery_wake_idx', ['chatbotId', 'wakeAt'], { where: `status = 'pending'` })
@Check('delivery_status_check', `status IN ('pending', 'delivered', 'failed')`)
@Check('delivery_pending_wakes_check', `(status = 'pending') = (wake_at IS NOT NULL)`)
export class Delivery {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'delivery_pkey' })
  id: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId: string;

  @Column('uuid', { name: 'chatbot_id' })
  chatbotId: string;

  @Column('text', { name: 'event_id' })
  eventId: string;

  @Column('text', { name: 'event_type' })
  eventType: string;

  @Column('boolean', { name: 'is_test' })
  isTest: boolean;

  /** Exactly the bytes that are signed and sent at every attempt. */
  @Column('bytea', { name: 'request_body', select: false })
  requestBody: Buffer;

  @Column('text')
  status: DeliveryStatus;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  /** Number of the last attempt that began. */
  @Column('integer', { name: 'attempt_count', default: 0 })
  attemptCount: number;

  /** Failed attempts of the present schedule: interrupted ones do not count, a redelivery starts at 0. */
  @Column('integer', { name: 'schedule_step', default: 0 })
  scheduleStep: number;

  /** Null while an attempt is under way and once completed. */
  @Column({ type: 'timestamptz', name: 'next_attempt_at', precision: 3, nullable: true })
  nextAttemptAt: Date | null;

  /** From when the sweeper looks, unless a lease runs: the due time and a grace for the queue. */
  @Column({ type: 'timestamptz', name: 'wake_at', precision: 3, nullable: true })
  wakeAt: Date | null;

  /** Set while an attempt is under way. A lease, not a status: a crashed worker must not freeze the row. */
  @Column({ type: 'timestamptz', name: 'lease_started_at', precision: 3, nullable: true })
  leaseStartedAt: Date | null;

  @Column({ type: 'timestamptz', name: 'lease_ends_at', precision: 3, nullable: true })
  leaseEndsAt: Date | null;

  @Column('text', { name: 'lease_url', nullable: true })
  leaseUrl: string | null;

  @Column({ type: 'timestamptz', name: 'completed_at', precision: 3, nullable: true })
  completedAt: Date | null;

  /** This and the next three are the last attempt's, kept here for the list. */
  @Column('integer', { name: 'response_status', nullable: true })
  responseStatus: number | null;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage: string | null;

  @Column('integer', { name: 'duration_ms', nullable: true })
  durationMs: number | null;
}
