import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, LessThan, type FindOptionsWhere, type Repository } from 'typeorm';
import { Clock, newId } from '../common/index.js';
import { AuditEntry } from './audit-entry.entity.js';
import type { Caller } from './caller.js';

export type AuditAction =
  | 'secret.generated'
  | 'secret.revealed'
  | 'secret.regenerated'
  | 'secret.removed'
  | 'secret.reencrypted'
  | 'webhook.updated'
  | 'webhook.tested'
  | 'delivery.redelivered'
  | 'api_key.created'
  | 'api_key.revoked'
  | 'organization.created'
  | 'organization.updated'
  | 'chatbot.created'
  | 'chatbot.updated'
  | 'chatbot.deleted';

export interface AuditRecord {
  readonly action: AuditAction;
  /** `system` for what no request asked for, such as a command of the operator. */
  readonly caller: Caller | 'system';
  /** Whose matter it is, and whose keys may read of it. */
  readonly organizationId: string | null;
  readonly subjectType: 'organization' | 'api_key' | 'chatbot' | 'webhook' | 'delivery';
  readonly subjectId: string;
  readonly remoteAddress: string | null;
  /** What changed, in a few words; secrets are struck out. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Who did what, when and from where. */
@Injectable()
export class AuditService {
  constructor(
    @InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when the entry is stored. What must not happen unseen awaits this first, or passes the manager
   * of its transaction so that both are stored or neither.
   */
  async record(record: AuditRecord, manager: EntityManager = this.entries.manager): Promise<void> {
    await manager.insert(AuditEntry, {
      id: newId(),
      organizationId: record.organizationId,
      occurredAt: this.clock.now(),
      action: record.action,
      actor: actorOf(record.caller),
      subjectType: record.subjectType,
      subjectId: record.subjectId,
      remoteAddress: record.remoteAddress,
      detail: storable(record.detail ?? {}) as never,
    });
  }

  /** Newest first; up to `count` entries older than the one called `beforeId`. Null: every organization's. */
  list(organizationId: string | null, beforeId: string | null, count: number): Promise<AuditEntry[]> {
    const where: FindOptionsWhere<AuditEntry> = {
      ...(organizationId === null ? {} : { organizationId }),
      ...(beforeId === null ? {} : { id: LessThan(beforeId) }),
    };
    return this.entries.find({ where, order: { id: 'DESC' }, take: count });
  }
}

function actorOf(caller: Caller | 'system'): string {
  if (caller === 'system') return 'system';
  return caller.kind === 'platform' ? 'platform' : `api_key:${caller.keyId}`;
}

const SECRETS = /\b(?:whsec|cbw)_[A-Za-z0-9+/=_-]{8,}/g;

/** jsonb refuses NUL and lone surrogates, and a log is no place for secrets whoever passes them by mistake. */
function storable(detail: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clean = (_key: string, value: unknown) =>
    typeof value === 'string'
      ? value.toWellFormed().replaceAll('\0', '\ufffd').replace(SECRETS, '[secret]')
      : value;
  return JSON.parse(JSON.stringify(detail, clean)) as Record<string, unknown>;
}
