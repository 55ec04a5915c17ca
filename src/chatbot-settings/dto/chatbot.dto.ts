import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsDisplayName, IsId, IsOmittable, PageQuery } from '../../common/index.js';
import type { ChatbotRef } from '../chatbot-directory.js';

export class CreateChatbotDto {
  /** A UUID of your choice; left out, one is made. */
  @IsOmittable()
  @IsId()
  id?: string;

  /** Whose chatbot it is. Required with the platform key; an organization key's own is the default. */
  @IsOmittable()
  @IsId()
  organizationId?: string;

  /**
   * As receivers see it in `chatbotName`.
   * @example "Support Bot"
   */
  @IsDisplayName(200)
  name: string;
}

export class UpdateChatbotDto {
  /** @example "Support Bot" */
  @IsDisplayName(200)
  name: string;
}

export class ChatbotQuery extends PageQuery {
  /** Part of a name, in any case. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;
}

export class ChatbotDto {
  /** @example "0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091" */
  id: string;

  /** @example "0190b7a4-1111-7e2f-9a3b-4c5d6e7f8091" */
  organizationId: string;

  /** @example "Support Bot" */
  name: string;

  /** ISO 8601 UTC; null when the host application keeps the chatbots. */
  createdAt: string | null;

  /** ISO 8601 UTC; null when the host application keeps the chatbots. */
  updatedAt: string | null;

  static from(chatbot: ChatbotRef & { createdAt?: Date; updatedAt?: Date }): ChatbotDto {
    return {
      id: chatbot.id,
      organizationId: chatbot.organizationId,
      name: chatbot.name,
      createdAt: chatbot.createdAt?.toISOString() ?? null,
      updatedAt: chatbot.updatedAt?.toISOString() ?? null,
    };
  }
}

export class ChatbotListDto {
  items: ChatbotDto[];

  /** For `?cursor=`; null on the last page. */
  nextCursor: string | null;
}
