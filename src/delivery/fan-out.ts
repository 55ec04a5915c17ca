import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { type Subscription, Subscriptions } from '../chatbot-settings/index.js';
import { answeredInTime, NotFoundError, orUnavailable } from '../common/index.js';
import { DeliveryLedger } from '../deliveries/index.js';
import {
  type EventOutcome,
  FIND_EVENT,
  type FindEvent,
  RECORD_EVENT,
  type Recorded,
  type RecordEvent,
} from '../events/index.js';
import { DeliveryOpener } from './delivery-opener.js';

/** Listens for events and turns each into a delivery, if its chatbot's settings say so. `publish` waits for it. */
@Injectable()
export class FanOut implements OnModuleInit {
  constructor(
    private readonly bus: EventEmitter2,
    private readonly subscriptions: Subscriptions,
    private readonly ledger: DeliveryLedger,
    private readonly opener: DeliveryOpener,
  ) {}

  /** Not by `@OnEvent`: that starts to listen only after the host's own start-up hooks, which may publish. */
  onModuleInit(): void {
    /* eslint-disable @typescript-eslint/no-misused-promises -- emitAsync waits for the answers */
    this.bus.on(RECORD_EVENT, (message: RecordEvent) => inTime(this.record(message)));
    this.bus.on(FIND_EVENT, (message: FindEvent) => inTime(this.findQueued(message)));
    /* eslint-enable @typescript-eslint/no-misused-promises */
  }

  private async record({ event, isEventIdGiven, manager }: RecordEvent): Promise<Recorded> {
    const { eventId, chatbotId, eventType } = event;
    const subscription = await this.subscriptions.recent(chatbotId, manager);
    if (!subscription) throw new NotFoundError('The chatbot');
    const outcome = outcomeFor(subscription, eventType);
    if (outcome !== 'queued') {
      const earlier = isEventIdGiven ? await this.findDelivery({ chatbotId, eventId, manager }) : null;
      return earlier ?? { result: { eventId, outcome, deliveryId: null }, isRepeat: false };
    }
    const { deliveryId, isNew } = await this.opener.open(
      { ...event, isTest: false },
      subscription.chatbot,
      manager,
    );
    return { result: { eventId, outcome, deliveryId }, isRepeat: !isNew };
  }

  private async findQueued(message: FindEvent): Promise<Recorded | null> {
    const chatbot = await this.subscriptions.recent(message.chatbotId, message.manager);
    return chatbot && this.findDelivery(message);
  }

  private async findDelivery({ chatbotId, eventId, manager }: FindEvent): Promise<Recorded | null> {
    const deliveryId = await this.ledger.findByEvent(chatbotId, eventId, manager);
    return deliveryId === null
      ? null
      : { result: { eventId, outcome: 'queued', deliveryId }, isRepeat: true };
  }
}

async function inTime<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await answeredInTime(work);
  } catch (error) {
    throw orUnavailable(error);
  }
}

/** The first reason not to send, in the order of the contract. */
function outcomeFor({ isEntitled, settings }: Subscription, eventType: string): EventOutcome {
  if (!isEntitled) return 'plan_required';
  if (!settings?.url) return 'not_configured';
  if (!settings.isEnabled) return 'disabled';
  if (settings.eventTypes.length > 0 && !settings.eventTypes.includes(eventType)) return 'not_subscribed';
  return 'queued';
}
