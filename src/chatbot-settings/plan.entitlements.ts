import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationsService } from '../access/index.js';
import { Environment } from '../config/index.js';
import { type Entitlement, Entitlements } from './entitlements.js';

/** The organization's plan decides. */
@Injectable()
export class PlanEntitlements extends Entitlements {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly environment: Environment,
  ) {
    super();
  }

  async check(organizationId: string, manager?: EntityManager): Promise<Entitlement> {
    return this.entitlementOf(await this.organizations.planOf(organizationId, manager));
  }

  /** @param plan null: there is no such organization */
  entitlementOf(plan: string | null): Entitlement {
    const requiredPlans = this.environment.WEBHOOK_PLANS;
    return { isEntitled: plan !== null && requiredPlans.includes(plan), requiredPlans };
  }
}
