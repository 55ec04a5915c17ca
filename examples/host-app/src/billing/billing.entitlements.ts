import { Injectable } from '@nestjs/common';
import { type Entitlement, Entitlements } from 'chatbot-webhooks';
import { BillingService } from './billing.service.js';

/** Who may use webhooks: our billing decides, not the organization's plan. */
@Injectable()
export class BillingEntitlements extends Entitlements {
  constructor(private readonly billing: BillingService) {
    super();
  }

  async check(organizationId: string): Promise<Entitlement> {
    return {
      isEntitled: await this.billing.hasAddOn(organizationId),
      requiredPlans: ['webhooks add-on'],
    };
  }
}
