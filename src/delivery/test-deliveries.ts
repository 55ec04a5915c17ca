import { Injectable } from '@nestjs/common';
import { AuditService, type RequestActor } from '../access/index.js';
import { PlanGate, SettingsStore, webhookNotSaved } from '../chatbot-settings/index.js';
import { DeliveryOpener } from './delivery-opener.js';
import { SampleEvents } from './sample-events.js';
import { TestLimit } from './test-limit.js';

/** "Send Test Event": sample data on the same path as everything else. */
@Injectable()
export class TestDeliveries {
  constructor(
    private readonly gate: PlanGate,
    private readonly settings: SettingsStore,
    private readonly samples: SampleEvents,
    private readonly limit: TestLimit,
    private readonly opener: DeliveryOpener,
    private readonly audit: AuditService,
  ) {}

  /**
   * Whether or not the type is selected, and the webhook enabled.
   * @param eventType null: the first selected type
   * @returns the deliveryId
   * @throws DomainError `plan_required`, `webhook_not_saved` or `rate_limited`
   */
  async send(actor: RequestActor, chatbotId: string, eventType: string | null): Promise<string> {
    const { chatbot } = await this.gate.getEntitled(actor.caller, chatbotId);
    const settings = await this.settings.find(chatbotId);
    if (!settings?.url) throw webhookNotSaved();
    const event = this.samples.make(eventType ?? settings.eventTypes[0]);
    // Last of the checks, so that strangers and slips do not use up what the owner may send.
    await this.limit.count(chatbot.id);
    const { deliveryId } = await this.opener.open(event, chatbot, null);
    await this.audit.record({
      action: 'webhook.tested',
      ...actor,
      organizationId: chatbot.organizationId,
      subjectType: 'delivery',
      subjectId: deliveryId,
      detail: { chatbotId, eventType: event.eventType },
    });
    return deliveryId;
  }
}
