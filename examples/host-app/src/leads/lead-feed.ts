import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { type ChatbotEvent, type LeadCaptured, WEBHOOK_FAILED, type WebhookOutcome } from 'chatbot-webhooks';

/** News for the sales desk: what happened in the chatbots, and which customer's receiver is broken. */
@Injectable()
export class LeadFeed {
  readonly lines: string[] = [];

  @OnEvent('lead.captured')
  onLead({ data }: ChatbotEvent<typeof LeadCaptured>): void {
    this.lines.push(`New lead: ${data.email ?? 'without e-mail'}`);
  }

  @OnEvent(WEBHOOK_FAILED)
  onFailure({ eventType, attemptCount, error }: WebhookOutcome): void {
    this.lines.push(`${eventType} was not delivered after ${attemptCount} attempts: ${error?.code}`);
  }
}
