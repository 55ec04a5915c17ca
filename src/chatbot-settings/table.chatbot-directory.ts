import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, ILike, IsNull, MoreThan, type Repository } from 'typeorm';
import { Chatbot } from './chatbot.entity.js';
import { ChatbotDirectory, type ChatbotRef, type ChatbotSearch } from './chatbot-directory.js';

/** Chatbots of our own table. Attempts and events read it through `SubscriptionRows`. */
@Injectable()
export class TableChatbotDirectory extends ChatbotDirectory {
  constructor(@InjectRepository(Chatbot) private readonly chatbots: Repository<Chatbot>) {
    super();
  }

  async find(chatbotId: string, manager?: EntityManager): Promise<ChatbotRef | null> {
    const asked = manager ?? this.chatbots.manager;
    return asked.findOneBy(Chatbot, { id: chatbotId, deletedAt: IsNull() });
  }

  list({ organizationId, search, afterId, limit }: ChatbotSearch): Promise<ChatbotRef[]> {
    return this.chatbots.find({
      where: {
        deletedAt: IsNull(),
        ...(organizationId === null ? {} : { organizationId }),
        ...(search === null ? {} : { name: ILike(`%${search.replace(/[\\%_]/g, '\\$&')}%`) }),
        ...(afterId === null ? {} : { id: MoreThan(afterId) }),
      },
      order: { id: 'ASC' },
      take: limit,
    });
  }
}
