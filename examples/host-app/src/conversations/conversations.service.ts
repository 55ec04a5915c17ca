import { Injectable } from '@nestjs/common';
import {
  ChatbotEvents,
  ConversationMessage,
  ConversationReply,
  ConversationStarted,
  type PublishResult,
} from 'chatbot-webhooks';
import { randomUUID } from 'node:crypto';
import { HandoffRequested } from './handoff-requested.event.js';

/** Where the chatbot talks; every step tells the customer's webhook. */
@Injectable()
export class ConversationsService {
  constructor(private readonly events: ChatbotEvents) {}

  async start(botId: string, externalUserId: string | null = null): Promise<string> {
    const conversationId = randomUUID();
    await this.events.publish(ConversationStarted, {
      chatbotId: botId,
      data: { conversationId, externalUserId, metadata: { channel: 'web' } },
    });
    return conversationId;
  }

  /** The user's message and the AI's reply to it. */
  async exchange(botId: string, conversationId: string, message: string, reply: string): Promise<void> {
    await this.events.publish(ConversationMessage, { chatbotId: botId, data: { conversationId, message } });
    await this.events.publish(ConversationReply, {
      chatbotId: botId,
      data: { conversationId, messageId: randomUUID(), userMessage: message, reply },
    });
  }

  requestHandoff(botId: string, conversationId: string, waitingSeconds: number): Promise<PublishResult> {
    return this.events.publish(HandoffRequested, {
      chatbotId: botId,
      data: { conversationId, waitingSeconds },
    });
  }
}
