import type { EntityManager } from 'typeorm';

export interface Entitlement {
  readonly isEntitled: boolean;
  /** Plans that include webhooks: shown to who has none of them. */
  readonly requiredPlans: readonly string[];
}

/**
 * Port: who has paid for webhooks. Default: the organization's plan is one of `WEBHOOK_PLANS`.
 *
 * Called for every attempt and, through a cache of half a second, for every event. May be slow; concurrent
 * calls for one organization may share an answer. A throw makes the publish fail, or the attempt start later:
 * it never counts as "no".
 */
export abstract class Entitlements {
  /** @param manager of the transaction that an event is published in: query through it, as in ChatbotDirectory */
  abstract check(organizationId: string, manager?: EntityManager): Promise<Entitlement>;
}
