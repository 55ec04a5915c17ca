import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { table } from '../common/index.js';
import { Organization } from './organization.entity.js';

/** An organization's API key. The key itself is nowhere: only its SHA-256. */
@Entity(table('api_key'))
@Unique('api_key_hash_key', ['keyHash'])
@Index('api_key_organization_idx', ['organizationId', 'createdAt', 'id'])
export class ApiKey {
  @PrimaryColumn('uuid', { name: 'id', primaryKeyConstraintName: 'api_key_pkey' })
  id: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId: string;

  @ManyToOne(() => Organization, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'api_key_organization_fkey' })
  organization?: Relation<Organization>;

  @Column('text', { name: 'name' })
  name: string;

  /** Such as `cbw_…x7Qd`, to tell keys apart. */
  @Column('text', { name: 'hint' })
  hint: string;

  /** SHA-256 of the key. No salt and no slow hash: a key is 32 random bytes, which nobody can guess. */
  @Column('bytea', { name: 'key_hash' })
  keyHash: Buffer;

  @Column('text', { name: 'scopes', array: true })
  scopes: string[];

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt: Date | null;

  /** Within a minute of the truth. */
  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  /** The row outlives the key: the audit log names it. */
  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt: Date | null;
}
