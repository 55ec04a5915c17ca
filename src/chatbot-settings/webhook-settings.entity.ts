import { Column, Entity, PrimaryColumn } from 'typeorm';
import { table } from '../common/index.js';

/** A chatbot's saved webhook settings; no row = never saved. */
@Entity(table('webhook_settings'))
export class WebhookSettings {
  @PrimaryColumn('uuid', { name: 'chatbot_id', primaryKeyConstraintName: 'webhook_settings_pkey' })
  chatbotId: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId: string;

  /** Counts changes; what If-Match compares. */
  @Column('integer')
  version: number;

  @Column('boolean', { name: 'is_enabled' })
  isEnabled: boolean;

  @Column('text', { nullable: true })
  url: string | null;

  /** Empty = all. */
  @Column('text', { name: 'event_types', array: true })
  eventTypes: string[];

  @Column('text', { name: 'secret_ciphertext', nullable: true })
  secretCiphertext: string | null;

  @Column('text', { name: 'secret_hint', nullable: true })
  secretHint: string | null;

  /** The secret before, while an overlap lasts. */
  @Column('text', { name: 'previous_secret_ciphertext', nullable: true })
  previousSecretCiphertext: string | null;

  @Column({ type: 'timestamptz', name: 'previous_secret_expires_at', precision: 3, nullable: true })
  previousSecretExpiresAt: Date | null;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
