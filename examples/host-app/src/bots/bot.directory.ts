import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ChatbotDirectory, type ChatbotRef, type ChatbotSearch } from 'chatbot-webhooks';
import { ILike, MoreThan, type EntityManager, type Repository } from 'typeorm';
import { Bot } from './bot.entity.js';

/** Where Chatbot Webhooks finds chatbots: our own table instead of its. */
@Injectable()
export class BotDirectory extends ChatbotDirectory {
  constructor(@InjectRepository(Bot) private readonly bots: Repository<Bot>) {
    super();
  }

  async find(chatbotId: string, manager?: EntityManager): Promise<ChatbotRef | null> {
    const bot = await (manager?.getRepository(Bot) ?? this.bots).findOneBy({ id: chatbotId });
    return bot && toChatbot(bot);
  }

  async list({ organizationId, search, afterId, limit }: ChatbotSearch): Promise<ChatbotRef[]> {
    const bots = await this.bots.find({
      where: {
        ...(organizationId !== null && { workspaceId: organizationId }),
        ...(search !== null && { title: ILike(`%${search.replace(/[\\%_]/g, '\\$&')}%`) }),
        ...(afterId !== null && { id: MoreThan(afterId) }),
      },
      order: { id: 'ASC' },
      take: limit,
    });
    return bots.map(toChatbot);
  }
}

const toChatbot = ({ id, title, workspaceId }: Bot): ChatbotRef => ({
  id,
  name: title,
  organizationId: workspaceId,
});
