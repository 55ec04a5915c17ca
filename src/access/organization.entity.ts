import { Column, Entity, PrimaryColumn } from 'typeorm';
import { table } from '../common/index.js';

@Entity(table('organization'))
export class Organization {
  @PrimaryColumn('uuid', { name: 'id', primaryKeyConstraintName: 'organization_pkey' })
  id: string;

  @Column('text', { name: 'name' })
  name: string;

  @Column('text', { name: 'plan' })
  plan: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt: Date;
}
