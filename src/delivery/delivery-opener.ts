import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ChatbotRef } from '../chatbot-settings/index.js';
import { Clock, newId } from '../common/index.js';
import { AfterCommit } from '../database/index.js';
import { DeliveryLedger, QUEUE_GRACE_MS } from '../deliveries/index.js';
import type { ChatbotEvent } from '../events/index.js';
import { Dispatcher } from './dispatcher.js';
import { serialiseEnvelope } from './envelope.js';
import { Sweeper } from './sweeper.js';

export type DeliverableEvent = Pick<ChatbotEvent, 'eventId' | 'eventType' | 'data' | 'occurredAt'> & {
  isTest: boolean;
};

/** Makes the row of a delivery, which is the promise, and then sees that a worker hears of it soon. */
@Injectable()
export class DeliveryOpener {
  constructor(
    private readonly ledger: DeliveryLedger,
    private readonly dispatcher: Dispatcher,
    private readonly sweeper: Sweeper,
    private readonly afterCommit: AfterCommit,
    private readonly clock: Clock,
  ) {}

  /** @returns the delivery's id; an earlier one's, if this event id has a delivery already */
  async open(
    event: DeliverableEvent,
    chatbot: ChatbotRef,
    manager: EntityManager | null,
  ): Promise<{ deliveryId: string; isNew: boolean }> {
    const deliveryId = newId();
    const { eventId, eventType, data, occurredAt, isTest } = event;
    const isAdmitted = this.dispatcher.admits(chatbot.id);
    const opened = await this.ledger.open(
      {
        deliveryId,
        organizationId: chatbot.organizationId,
        chatbotId: chatbot.id,
        eventId,
        eventType,
        isTest,
        requestBody: serialiseEnvelope({
          eventType,
          chatbotId: chatbot.id,
          chatbotName: chatbot.name,
          organizationId: chatbot.organizationId,
          timestamp: occurredAt.toISOString(),
          deliveryId,
          data,
        }),
        createdAt: this.clock.now(),
        wakeAfterMs: isAdmitted ? QUEUE_GRACE_MS : 0,
      },
      manager,
    );
    const isNew = opened === deliveryId;
    if (isNew) {
      this.afterCommit.run(manager, () => {
        if (isAdmitted) this.dispatcher.send({ deliveryId, chatbotId: chatbot.id, attemptNumber: 1 });
        else this.sweeper.nudge();
      });
    }
    return { deliveryId: opened, isNew };
  }
}
