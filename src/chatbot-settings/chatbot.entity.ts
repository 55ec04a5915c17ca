import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../access/index.js';
import { table } from '../common/index.js';

/** A chatbot of the standalone server. Hosts that have their own table replace ChatbotDirectory instead. */
@Entity(table('chatbot'))
@Index('chatbot_organization_idx', ['organizationId', 'id'])
export class Chatbot {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'chatbot_pkey' })
  id: string;

  @Column('uuid', { name: 'organization_id' })
  @ForeignKey(() => Organization, { name: 'chatbot_organization_fkey', onDelete: 'CASCADE' })
  organizationId: string;

  @Column('text')
  name: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;

  /** Deleted ones keep their id, which their deliveries still name. */
  @Column({ type: 'timestamptz', name: 'deleted_at', precision: 3, nullable: true })
  deletedAt: Date | null;
}
