import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import {
  AuditService,
  type Caller,
  mayAct,
  OrganizationsService,
  type RequestActor,
} from '../access/index.js';
import {
  Clock,
  DomainError,
  type FieldError,
  newId,
  NotFoundError,
  type Page,
  pageOf,
  ValidationError,
} from '../common/index.js';
import { Chatbot } from './chatbot.entity.js';
import { ChatbotDirectory, type ChatbotRef } from './chatbot-directory.js';
import { takeTurn } from './settings-store.js';
import { Subscriptions } from './subscriptions.js';
import { TableChatbotDirectory } from './table.chatbot-directory.js';
import { WebhookSettings } from './webhook-settings.entity.js';

/** For its cursors. */
export const CHATBOT_LIST = 'chatbots';

export interface ChatbotInput {
  id?: string;
  organizationId?: string;
  name: string;
}

/** Chatbots as the API shows and changes them, within what the caller may see. */
@Injectable()
export class ChatbotsService {
  constructor(
    @InjectRepository(Chatbot) private readonly chatbots: Repository<Chatbot>,
    private readonly directory: ChatbotDirectory,
    private readonly organizations: OrganizationsService,
    private readonly subscriptions: Subscriptions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundError when it is not there, or another organization's */
  async getVisible(caller: Caller, chatbotId: string): Promise<ChatbotRef> {
    const chatbot = await this.directory.find(chatbotId);
    if (!chatbot || !mayAct(caller, chatbot.organizationId)) throw new NotFoundError('The chatbot');
    return chatbot;
  }

  async list(
    caller: Caller,
    search: string | null,
    afterId: string | null,
    limit: number,
  ): Promise<Page<ChatbotRef>> {
    const organizationId = caller.kind === 'organization' ? caller.organizationId : null;
    const rows = await this.directory.list({ organizationId, search, afterId, limit: limit + 1 });
    return pageOf(
      CHATBOT_LIST,
      rows,
      limit,
      ({ id }) => [id],
      (row) => row,
    );
  }

  async create(actor: RequestActor, input: ChatbotInput): Promise<ChatbotRef> {
    this.refuseIfHosted();
    const organizationId = await this.organizationFor(actor.caller, input.organizationId);
    const now = this.clock.now();
    const chatbot = this.chatbots.create({
      id: input.id?.toLowerCase() ?? newId(),
      organizationId,
      name: input.name,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    });
    await this.chatbots.manager.transaction(async (manager) => {
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(Chatbot)
        .values(chatbot)
        .orIgnore()
        .returning('id')
        .execute();
      if ((raw as unknown[]).length === 0) {
        throw new DomainError(
          'conflict',
          'A chatbot with this id exists, or existed. Choose another id, or leave it out.',
        );
      }
      await this.audit.record(
        {
          action: 'chatbot.created',
          ...actor,
          organizationId,
          subjectType: 'chatbot',
          subjectId: chatbot.id,
          detail: { name: chatbot.name },
        },
        manager,
      );
    });
    this.subscriptions.forget(chatbot.id);
    return chatbot;
  }

  async rename(actor: RequestActor, chatbotId: string, name: string): Promise<ChatbotRef> {
    const { organizationId } = await this.getVisible(actor.caller, chatbotId);
    this.refuseIfHosted();
    await this.chatbots.manager.transaction(async (manager) => {
      await manager.update(
        Chatbot,
        { id: chatbotId, deletedAt: IsNull() },
        { name, updatedAt: this.clock.now() },
      );
      await this.audit.record(
        {
          action: 'chatbot.updated',
          ...actor,
          organizationId,
          subjectType: 'chatbot',
          subjectId: chatbotId,
          detail: { name },
        },
        manager,
      );
    });
    this.subscriptions.forget(chatbotId);
    return this.getVisible(actor.caller, chatbotId);
  }

  /** Its settings and secret go at once; its pending deliveries end as `chatbot_deleted`. */
  async delete(actor: RequestActor, chatbotId: string): Promise<void> {
    const { organizationId } = await this.getVisible(actor.caller, chatbotId);
    this.refuseIfHosted();
    await this.chatbots.manager.transaction(async (manager) => {
      // Settings that are being saved now are saved before, and deleted, or not at all.
      await takeTurn(manager, chatbotId);
      await manager.update(Chatbot, { id: chatbotId, deletedAt: IsNull() }, { deletedAt: this.clock.now() });
      await manager.delete(WebhookSettings, { chatbotId });
      await this.audit.record(
        {
          action: 'chatbot.deleted',
          ...actor,
          organizationId,
          subjectType: 'chatbot',
          subjectId: chatbotId,
          detail: {},
        },
        manager,
      );
    });
    this.subscriptions.forget(chatbotId);
  }

  /** What is wrong with a new chatbot beyond the types of its fields. */
  errorsIn(caller: Caller, { organizationId }: { readonly organizationId?: unknown }): FieldError[] {
    return organizationId === undefined && caller.kind === 'platform'
      ? [{ field: 'organizationId', message: 'is required with the platform key' }]
      : [];
  }

  private async organizationFor(caller: Caller, wanted: string | undefined): Promise<string> {
    const organizationId =
      wanted?.toLowerCase() ?? (caller.kind === 'organization' ? caller.organizationId : undefined);
    if (organizationId === undefined) throw new ValidationError(this.errorsIn(caller, {}));
    if (!mayAct(caller, organizationId) || !(await this.organizations.exists(organizationId))) {
      throw new NotFoundError('The organization');
    }
    return organizationId;
  }

  private refuseIfHosted(): void {
    if (this.directory instanceof TableChatbotDirectory) return;
    throw new DomainError(
      'conflict',
      'Chatbots are kept by the application around this one. Change them there.',
    );
  }
}
