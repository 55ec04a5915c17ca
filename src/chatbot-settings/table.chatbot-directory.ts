import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, ILike, IsNull, MoreThan, type Repository } from 'typeorm';
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
    // Read for every attempt: TypeORM would spend longer on writing the statement than PostgreSQL on it.
    const rows = await this.chatbots.query<Chatbot[]>(FIND_CHATBOTS, [[...new Set(ids)]]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}

const FIND_CHATBOTS = `
  SELECT id, organization_id AS "organizationId", name, created_at AS "createdAt", updated_at AS "updatedAt"
  FROM chatbot_webhooks.chatbot WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL`;
