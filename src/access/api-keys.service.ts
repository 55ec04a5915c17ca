import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Clock, newId, NotFoundError, ValidationError } from '../common/index.js';
import type { Actor } from './actor.js';
import { ApiKeyLookup } from './api-key-lookup.js';
import { hintOf, newApiKey } from './api-key-text.js';
import { ApiKey } from './api-key.entity.js';
import { AuditService } from './audit.service.js';
import { OrganizationsService } from './organizations.service.js';
import { sha256 } from './platform-key.js';
import type { Scope } from './scopes.js';

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
}

/** Sort keys of the list: when a key was made, and its id. */
export interface ApiKeyPosition {
  readonly createdAt: string;
  readonly id: string;
}

@Injectable()
export class ApiKeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly organizations: OrganizationsService,
    private readonly audit: AuditService,
    private readonly lookup: ApiKeyLookup,
    private readonly clock: Clock,
  ) {}

  /**
   * The one time that `key` can be read.
   *
   * @throws NotFoundError without that organization; ValidationError for an end in the past.
   */
  async create(
    organizationId: string,
    { name, scopes, expiresAt }: NewApiKey,
    actor: Actor,
  ): Promise<{ row: ApiKey; key: string }> {
    await this.organizations.get(organizationId);
    const now = this.clock.now();
    if (expiresAt !== null && expiresAt <= now) {
      throw new ValidationError([{ field: 'expiresAt', message: 'must lie in the future' }]);
    }
    const key = newApiKey();
    const row: ApiKey = {
      id: newId(),
      organizationId,
      name,
      hint: hintOf(key),
      keyHash: sha256(key),
      scopes: [...scopes],
      createdAt: now,
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    };
    await this.keys.manager.transaction(async (manager) => {
      await manager.insert(ApiKey, row);
      await this.audit.record(
        {
          ...actor,
          action: 'api_key.created',
          organizationId,
          subjectType: 'api_key',
          subjectId: row.id,
          detail: { name, scopes, expiresAt },
        },
        manager,
      );
    });
    return { row, key };
  }

  /**
   * Newest first, without the revoked ones; up to `count` after `after`.
   *
   * @throws NotFoundError without that organization.
   */
  async list(organizationId: string, after: ApiKeyPosition | null, count: number): Promise<ApiKey[]> {
    await this.organizations.get(organizationId);
    const query = this.keys
      .createQueryBuilder('key')
      .where('key.organizationId = :organizationId AND key.revokedAt IS NULL', { organizationId })
      .orderBy('key.createdAt', 'DESC')
      .addOrderBy('key.id', 'DESC')
      .limit(count);
    if (after !== null) query.andWhere('(key.createdAt, key.id) < (:createdAt, :id)', { ...after });
    return query.getMany();
  }

  /** @throws NotFoundError when there is no such key, or none any more. */
  async revoke(organizationId: string, id: string, actor: Actor): Promise<void> {
    const revoked = await this.keys.manager.transaction(async (manager) => {
      const key = await manager.findOne(ApiKey, {
        where: { id, organizationId },
        lock: { mode: 'pessimistic_write' },
      });
      if (key === null || key.revokedAt !== null) throw new NotFoundError('API key');
      await manager.update(ApiKey, { id }, { revokedAt: this.clock.now() });
      await this.audit.record(
        {
          ...actor,
          action: 'api_key.revoked',
          organizationId,
          subjectType: 'api_key',
          subjectId: id,
          detail: { name: key.name },
        },
        manager,
      );
      return key;
    });
    this.lookup.forget(revoked.keyHash);
  }
}
