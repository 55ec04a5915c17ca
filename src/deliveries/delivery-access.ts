import { Injectable } from '@nestjs/common';
import { type Caller, mayAct } from '../access/index.js';
import { ChatbotDirectory } from '../chatbot-settings/index.js';
import { NotFoundError } from '../common/index.js';
import { RecentDeliveries } from './recent-deliveries.js';

/** Whose deliveries they are. A deleted chatbot's stay readable to its organization until retention ends. */
@Injectable()
export class DeliveryAccess {
  constructor(
    private readonly directory: ChatbotDirectory,
    private readonly deliveries: RecentDeliveries,
  ) {}

  /** @throws NotFoundError when the chatbot is unknown, or another organization's */
  async assertVisible(caller: Caller, chatbotId: string): Promise<void> {
    const chatbot = await this.directory.find(chatbotId);
    const organizationId = chatbot?.organizationId ?? (await this.deliveries.organizationOf(chatbotId));
    if (organizationId === null || !mayAct(caller, organizationId)) throw new NotFoundError('The chatbot');
  }
}
