import { Injectable } from '@nestjs/common';
import { AuditService, type RequestActor } from '../access/index.js';
import { PlanGate, SettingsStore, webhookNotSaved } from '../chatbot-settings/index.js';
import { DomainError, NotFoundError } from '../common/index.js';
import { DeliveryLedger, RecentDeliveries } from '../deliveries/index.js';
import { Dispatcher } from './dispatcher.js';

/** Sends a completed delivery once more: same id, same bytes, the next attempt number, a fresh schedule. */
@Injectable()
export class Redelivery {
  constructor(
    private readonly gate: PlanGate,
    private readonly settings: SettingsStore,
    private readonly deliveries: RecentDeliveries,
    private readonly ledger: DeliveryLedger,
    private readonly dispatcher: Dispatcher,
    private readonly audit: AuditService,
  ) {}

  /** @throws DomainError `delivery_pending`, `webhook_not_saved`, `conflict` (disabled) or `plan_required` */
  async redeliver(actor: RequestActor, chatbotId: string, deliveryId: string): Promise<void> {
    const { chatbot } = await this.gate.getEntitled(actor.caller, chatbotId);
    const delivery = (await this.deliveries.find(chatbotId, deliveryId))?.delivery;
    if (!delivery) throw new NotFoundError('The delivery');
    if (delivery.status === 'pending') throw stillPending();
    const settings = await this.settings.find(chatbotId);
    if (!settings?.url) throw webhookNotSaved();
    if (!settings.isEnabled && !delivery.isTest) {
      throw new DomainError('conflict', 'The webhook is disabled. Enable it first.');
    }
    const ticket = await this.ledger.reopen(deliveryId, chatbotId);
    if (!ticket) throw stillPending();
    this.dispatcher.send(ticket);
    await this.audit.record({
      action: 'delivery.redelivered',
      ...actor,
      organizationId: chatbot.organizationId,
      subjectType: 'delivery',
      subjectId: deliveryId,
      detail: { chatbotId },
    });
  }
}

const stillPending = () =>
  new DomainError('delivery_pending', 'This delivery is still on its way. Wait for its outcome.');
