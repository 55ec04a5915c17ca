import { Injectable } from '@nestjs/common';
import { AuditService, type RequestActor } from '../access/index.js';
import { PlanGate, SettingsStore, webhookNotSaved } from '../chatbot-settings/index.js';
import { Clock, newId } from '../common/index.js';
import { EventCatalog } from '../events/index.js';
import { DeliveryOpener } from './delivery-opener.js';

/** "Send Test Event": sample data on the same path as everything else. */
@Injectable()
export class TestDeliveries {
  constructor(
    private readonly gate: PlanGate,
    private readonly settings: SettingsStore,
    private readonly catalog: EventCatalog,
    private readonly opener: DeliveryOpener,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether or not the type is selected, and the webhook enabled.
   * @param eventType null: the first selected type
   * @returns the deliveryId
   */
  async send(actor: RequestActor, chatbotId: string, eventType: string | null): Promise<string> {
    const { chatbot } = await this.gate.getEntitled(actor.caller, chatbotId);
    const settings = await this.settings.find(chatbotId);
    if (!settings?.url) throw webhookNotSaved();
    const chosen = eventType ?? settings.eventTypes[0] ?? (this.catalog.types()[0] as string);
    const { type, example } = this.catalog.get(chosen);
    const event = {
      eventId: `test-${newId()}`,
      eventType: type,
      data: example,
      occurredAt: this.clock.now(),
      isTest: true,
    };
    const deliveryId = await this.opener.open(event, chatbot, null);
    await this.audit.record({
      action: 'webhook.tested',
      ...actor,
      organizationId: chatbot.organizationId,
      subjectType: 'delivery',
      subjectId: deliveryId,
      detail: { chatbotId, eventType: type },
    });
    return deliveryId;
  }
}
