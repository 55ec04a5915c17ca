import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, ILike, In, IsNull, MoreThan, type Repository } from 'typeorm';
import { Batcher } from '../common/index.js';
import { Chatbot } from './chatbot.entity.js';
import { ChatbotDirectory, type ChatbotRef, type ChatbotSearch } from './chatbot-directory.js';

/** Chatbots of our own table. Concurrent look-ups share one query. */
@Injectable()
export class TableChatbotDirectory extends ChatbotDirectory {
  private readonly finding = new Batcher((ids: readonly string[]) => this.findAll(ids), {
    maxItems: 500,
    maxParallel: 1,
  });

  constructor(@InjectRepository(Chatbot) private readonly chatbots: Repository<Chatbot>) {
    super();
  }

  async find(chatbotId: string, manager?: EntityManager): Promise<ChatbotRef | null> {
    if (!manager) return this.finding.add(chatbotId);
    return manager.findOneBy(Chatbot, { id: chatbotId, deletedAt: IsNull() });
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

  private async findAll(ids: readonly string[]): Promise<(ChatbotRef | null)[]> {
    const rows = await this.chatbots.find({
      select: { id: true, name: true, organizationId: true, createdAt: true, updatedAt: true },
      where: { id: In([...new Set(ids)]), deletedAt: IsNull() },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}
