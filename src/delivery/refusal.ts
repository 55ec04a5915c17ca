import type { Subscription } from '../chatbot-settings/index.js';
import type { DeliveryError, EndReason } from '../deliveries/index.js';

export interface Refusal extends DeliveryError<EndReason> {
  /** Test deliveries ignore `enabled`, and nothing else. */
  readonly sparesTests: boolean;
}

/** Why a pending delivery must not be sent any more, by the settings as they are now; null: it may. */
export function refusalOf(subscription: Subscription | null): Refusal | null {
  if (!subscription) {
    return {
      code: 'chatbot_deleted',
      message: 'The chatbot was deleted before this could be sent.',
      sparesTests: false,
    };
  }
  if (!subscription.isEntitled) {
    return { code: 'plan_required', message: 'The plan no longer includes webhooks.', sparesTests: false };
  }
  if (!subscription.settings?.url) {
    return {
      code: 'webhook_url_removed',
      message: 'The webhook URL was removed before this could be sent.',
      sparesTests: false,
    };
  }
  if (!subscription.settings.isEnabled) {
    return {
      code: 'webhook_disabled',
      message: 'The webhook was disabled before this could be sent.',
      sparesTests: true,
    };
  }
  return null;
}
