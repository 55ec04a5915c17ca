import { Body, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import {
  type Caller,
  CurrentActor,
  CurrentCaller,
  type RequestActor,
  RequireScopes,
} from '../access/index.js';
import {
  ApiController,
  ApiProblems,
  BodyAsSent,
  decodeCursor,
  fittingBody,
  IdParam,
  isIdKey,
} from '../common/index.js';
import { CHATBOT_LIST, ChatbotsService } from './chatbots.service.js';
import {
  ChatbotDto,
  ChatbotListDto,
  ChatbotQuery,
  CreateChatbotDto,
  UpdateChatbotDto,
} from './dto/chatbot.dto.js';

@ApiController('v1/chatbots', 'Chatbots')
export class ChatbotsController {
  constructor(private readonly chatbots: ChatbotsService) {}

  /** Adds a chatbot. */
  @Post()
  @RequireScopes('chatbots:write')
  @ApiProblems('validation_failed', 'not_found', 'conflict')
  @ApiBody({ type: CreateChatbotDto })
  async create(
    @CurrentActor() actor: RequestActor,
    @BodyAsSent() sent: CreateChatbotDto,
  ): Promise<ChatbotDto> {
    const body = await fittingBody(CreateChatbotDto, sent, () => this.chatbots.errorsIn(actor.caller, sent));
    return ChatbotDto.from(await this.chatbots.create(actor, body));
  }

  /** The key's chatbots, in the order of their ids. */
  @Get()
  @RequireScopes('chatbots:read')
  @ApiProblems('validation_failed')
  async list(@CurrentCaller() caller: Caller, @Query() query: ChatbotQuery): Promise<ChatbotListDto> {
    const [afterId] = decodeCursor(CHATBOT_LIST, query.cursor, [isIdKey]) ?? [null];
    const { items, nextCursor } = await this.chatbots.list(
      caller,
      query.search || null,
      afterId,
      query.limit,
    );
    return { items: items.map((chatbot) => ChatbotDto.from(chatbot)), nextCursor };
  }

  /** One chatbot. */
  @Get(':id')
  @RequireScopes('chatbots:read')
  @ApiProblems('validation_failed', 'not_found')
  async get(@CurrentCaller() caller: Caller, @IdParam('id') id: string): Promise<ChatbotDto> {
    return ChatbotDto.from(await this.chatbots.getVisible(caller, id));
  }

  /** Renames a chatbot. Deliveries that exist keep the name they were made with. */
  @Patch(':id')
  @RequireScopes('chatbots:write')
  @ApiProblems('validation_failed', 'not_found', 'conflict')
  async update(
    @CurrentActor() actor: RequestActor,
    @IdParam('id') id: string,
    @Body() body: UpdateChatbotDto,
  ): Promise<ChatbotDto> {
    return ChatbotDto.from(await this.chatbots.rename(actor, id, body.name));
  }

  /** Deletes a chatbot, its settings and its secret. Pending deliveries end as `chatbot_deleted`. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScopes('chatbots:write')
  @ApiProblems('validation_failed', 'not_found', 'conflict')
  async delete(@CurrentActor() actor: RequestActor, @IdParam('id') id: string): Promise<void> {
    await this.chatbots.delete(actor, id);
  }
}
