import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, MoreThan, type Repository } from 'typeorm';
import { Batcher, Clock, DomainError, isUuid, newId, NotFoundError } from '../common/index.js';
import type { Actor } from './actor.js';
import { AuditService } from './audit.service.js';
import { Organization } from './organization.entity.js';

/** Emitted in this process after an organization's change is committed. */
export const ORGANIZATION_CHANGED = 'chatbot-webhooks.organization-changed';
export interface OrganizationChanged {
  readonly organizationId: string;
}

export interface NewOrganization {
  /** Made up when missing; a platform that has its own brings them. */
  readonly id?: string;
  readonly name: string;
  readonly plan: string;
}

export type OrganizationChange = Partial<Pick<Organization, 'name' | 'plan'>>;

@Injectable()
export class OrganizationsService {
  private readonly plans = new Batcher<string, string | null>((ids) => this.readPlans(ids), {
    maxItems: 500,
    maxParallel: 2,
  });

  constructor(
    @InjectRepository(Organization) private readonly organizations: Repository<Organization>,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly emitter: EventEmitter2,
  ) {}

  /** @throws DomainError `conflict` when the id is taken. */
  async create({ id, name, plan }: NewOrganization, actor: Actor): Promise<Organization> {
    const now = this.clock.now();
    const organization = { id: (id ?? newId()).toLowerCase(), name, plan, createdAt: now, updatedAt: now };
    await this.organizations.manager.transaction(async (manager) => {
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(Organization)
        .values(organization)
        .orIgnore()
        .returning('id')
        .execute();
      if ((raw as unknown[]).length === 0) {
        throw new DomainError('conflict', `An organization with the id ${organization.id} exists already.`);
      }
      await this.audit.record(
        {
          ...actor,
          action: 'organization.created',
          organizationId: organization.id,
          subjectType: 'organization',
          subjectId: organization.id,
          detail: { name, plan },
        },
        manager,
      );
    });
    this.announce(organization.id);
    return organization;
  }

  /** In the order of their ids; up to `count` after the one called `afterId`. */
  list(afterId: string | null, count: number): Promise<Organization[]> {
    const where = afterId === null ? {} : { id: MoreThan(afterId) };
    return this.organizations.find({ where, order: { id: 'ASC' }, take: count });
  }

  find(id: string): Promise<Organization | null> {
    return this.organizations.findOneBy({ id });
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Organization> {
    const organization = await this.find(id);
    if (organization === null) throw new NotFoundError('Organization');
    return organization;
  }

  /** @throws NotFoundError */
  async update(id: string, change: OrganizationChange, actor: Actor): Promise<Organization> {
    const updated = await this.organizations.manager.transaction(async (manager) => {
      const before = await manager.findOne(Organization, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      if (before === null) throw new NotFoundError('Organization');
      const after: Organization = {
        ...before,
        name: change.name ?? before.name,
        plan: change.plan ?? before.plan,
      };
      if (after.name === before.name && after.plan === before.plan) return before;
      after.updatedAt = this.clock.now();
      await manager.update(Organization, { id }, after);
      await this.audit.record(
        {
          ...actor,
          action: 'organization.updated',
          organizationId: id,
          subjectType: 'organization',
          subjectId: id,
          detail: {
            before: { name: before.name, plan: before.plan },
            after: { name: after.name, plan: after.plan },
          },
        },
        manager,
      );
      return after;
    });
    this.announce(id);
    return updated;
  }

  /**
   * Null when there is no such organization. Made for many calls at once: they share one statement.
   *
   * @param manager of the transaction that the caller is in, if any: the embedded database has one session, so
   * a question asked beside an open transaction would wait for its end, and the transaction for the answer.
   */
  async planOf(organizationId: string, manager?: EntityManager): Promise<string | null> {
    if (!isUuid(organizationId)) return null;
    const id = organizationId.toLowerCase();
    if (manager === undefined) return this.plans.add(id);
    const [plan = null] = await this.readPlans([id], manager);
    return plan;
  }

  async exists(organizationId: string, manager?: EntityManager): Promise<boolean> {
    return (await this.planOf(organizationId, manager)) !== null;
  }

  private async readPlans(
    ids: readonly string[],
    manager: EntityManager = this.organizations.manager,
  ): Promise<(string | null)[]> {
    const rows = await manager.query<{ id: string; plan: string }[]>(
      `SELECT id, plan FROM chatbot_webhooks.organization WHERE id = ANY ($1::uuid[])`,
      [ids],
    );
    const planById = new Map(rows.map(({ id, plan }) => [id, plan]));
    return ids.map((id) => planById.get(id) ?? null);
  }

  private announce(organizationId: string): void {
    this.emitter.emit(ORGANIZATION_CHANGED, { organizationId } satisfies OrganizationChanged);
  }
}
