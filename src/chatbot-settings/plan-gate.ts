import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/index.js';
import { DomainError } from '../common/index.js';
import type { ChatbotRef } from './chatbot-directory.js';
import { ChatbotsService } from './chatbots.service.js';
import { type Entitlement, Entitlements } from './entitlements.js';

/** Webhooks are a paid feature: whatever changes or sends something passes here first. */
@Injectable()
export class PlanGate {
  constructor(
    private readonly chatbots: ChatbotsService,
    private readonly entitlements: Entitlements,
  ) {}

  /**
   * The chatbot, if the caller may see it and its plan includes webhooks.
   * @throws NotFoundError, or DomainError `plan_required` with the plans that would do
   */
  async getEntitled(
    caller: Caller,
    chatbotId: string,
  ): Promise<{ chatbot: ChatbotRef; entitlement: Entitlement }> {
    const chatbot = await this.chatbots.getVisible(caller, chatbotId);
    const entitlement = await this.entitlements.check(chatbot.organizationId);
    if (!entitlement.isEntitled) {
      throw new DomainError(
        'plan_required',
        `Webhooks need one of these plans: ${entitlement.requiredPlans.join(', ')}. Upgrade the organization first.`,
        { requiredPlans: entitlement.requiredPlans },
      );
    }
    return { chatbot, entitlement };
  }
}
