import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Batcher } from '../common/index.js';
import type { ChatbotRef } from './chatbot-directory.js';
import type { WebhookSettings } from './webhook-settings.entity.js';

/** What our own tables say of a chatbot id. */
export interface SubscriptionRow {
  /** Null: deleted, or none of ours. */
  readonly chatbot: ChatbotRef | null;
  /** Of the organization that owns `chatbot`; null without one. */
  readonly plan: string | null;
  /** Null: never saved. */
  readonly settings: WebhookSettings | null;
}

type Columns = Omit<WebhookSettings, 'chatbotId' | 'organizationId'> & {
  readonly id: string;
  readonly name: string | null;
  readonly ownerId: string | null;
  readonly plan: string | null;
  readonly settingsOwnerId: string | null;
};

const NOTHING: SubscriptionRow = { chatbot: null, plan: null, settings: null };

/** Reads settings, chatbot and plan together, for many attempts at once: every attempt asks for them anew. */
@Injectable()
export class SubscriptionRows {
  private readonly finding = new Batcher((ids: readonly string[]) => this.findAll(ids), {
    maxItems: 500,
    maxParallel: 1,
  });

  constructor(private readonly dataSource: DataSource) {}

  find(chatbotId: string): Promise<SubscriptionRow> {
    return this.finding.add(chatbotId);
  }

  private async findAll(ids: readonly string[]): Promise<SubscriptionRow[]> {
    // TypeORM would spend longer on writing the statement than PostgreSQL on it.
    const rows = await this.dataSource.query<Columns[]>(FIND, [[...new Set(ids)]]);
    const byId = new Map(rows.map((row) => [row.id, toSubscriptionRow(row)]));
    return ids.map((id) => byId.get(id) ?? NOTHING);
  }
}

function toSubscriptionRow({ id, name, ownerId, plan, settingsOwnerId, ...saved }: Columns): SubscriptionRow {
  return {
    chatbot: ownerId === null ? null : { id, name: name ?? '', organizationId: ownerId },
    plan,
    settings: settingsOwnerId === null ? null : { ...saved, chatbotId: id, organizationId: settingsOwnerId },
  };
}

const FIND = `
  SELECT asked.id, chatbot.name, chatbot.organization_id AS "ownerId", organization.plan,
    settings.organization_id AS "settingsOwnerId", settings.version, settings.is_enabled AS "isEnabled", settings.url,
    settings.event_types AS "eventTypes", settings.secret_ciphertext AS "secretCiphertext",
    settings.secret_hint AS "secretHint", settings.previous_secret_ciphertext AS "previousSecretCiphertext",
    settings.previous_secret_expires_at AS "previousSecretExpiresAt", settings.updated_at AS "updatedAt"
  FROM unnest($1::uuid[]) AS asked(id)
  LEFT JOIN chatbot_webhooks.chatbot ON chatbot.id = asked.id AND chatbot.deleted_at IS NULL
  LEFT JOIN chatbot_webhooks.organization ON organization.id = chatbot.organization_id
  LEFT JOIN chatbot_webhooks.webhook_settings AS settings ON settings.chatbot_id = asked.id`;
