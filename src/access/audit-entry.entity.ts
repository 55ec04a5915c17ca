import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { table } from '../common/index.js';

/** Something that somebody did. Rows are added and never changed. */
@Entity(table('audit_entry'))
@Index('audit_entry_organization_idx', ['organizationId', 'id'])
export class AuditEntry {
  /** UUIDv7: the order of the log. */
  @PrimaryColumn('uuid', { name: 'id', primaryKeyConstraintName: 'audit_entry_pkey' })
  id: string;

  /** Whose matter it was; null for the platform's own. No foreign key: the log outlives what it tells of. */
  @Column('uuid', { name: 'organization_id', nullable: true })
  organizationId: string | null;

  @Column({ type: 'timestamptz', name: 'occurred_at', precision: 3 })
  occurredAt: Date;

  @Column('text', { name: 'action' })
  action: string;

  @Column('text', { name: 'actor' })
  actor: string;

  @Column('text', { name: 'subject_type' })
  subjectType: string;

  @Column('text', { name: 'subject_id' })
  subjectId: string;

  @Column('text', { name: 'remote_address', nullable: true })
  remoteAddress: string | null;

  @Column('jsonb', { name: 'detail', default: {} })
  detail: Record<string, unknown>;
}
