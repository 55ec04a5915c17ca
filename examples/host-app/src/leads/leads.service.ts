import { Injectable } from '@nestjs/common';
import { ChatbotEvents, LeadCaptured } from 'chatbot-webhooks';
import { DataSource } from 'typeorm';
import { Lead } from './lead.entity.js';

export interface NewLead {
  readonly botId: string;
  readonly name?: string;
  readonly email: string;
}

@Injectable()
export class LeadsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly events: ChatbotEvents,
  ) {}

  /** The lead and its event are committed together, or neither is. */
  capture({ botId, name, email }: NewLead): Promise<Lead> {
    return this.dataSource.transaction(async (manager) => {
      const lead = await manager.save(Lead, { botId, name: name ?? null, email });
      await this.events.publish(
        LeadCaptured,
        // The lead's id makes a repeated call harmless: one lead, one event.
        { chatbotId: botId, eventId: `lead-${lead.id}`, data: { name: lead.name, email: lead.email } },
        { manager },
      );
      return lead;
    });
  }

  list(): Promise<Lead[]> {
    return this.dataSource.manager.find(Lead, { order: { createdAt: 'DESC' }, take: 100 });
  }
}
