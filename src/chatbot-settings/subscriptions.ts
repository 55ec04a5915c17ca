import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { Batcher, Clock } from '../common/index.js';
import { ChatbotDirectory, type ChatbotRef } from './chatbot-directory.js';
import { Entitlements } from './entitlements.js';
import { WebhookSettings } from './webhook-settings.entity.js';

/** Who hears of a chatbot's events, and where: everything that publishing and sending have to know. */
export interface Subscription {
  readonly chatbot: ChatbotRef;
  readonly isEntitled: boolean;
  /** Null: never saved. */
  readonly settings: WebhookSettings | null;
}

interface CacheEntry {
  readonly loadedAtMs: number;
  readonly subscription: Promise<Subscription | null>;
  isLoaded: boolean;
}

/**
 * How stale `recent` may be. In this process a change is seen at once; in the others after this time at the
 * latest. No channel between the processes, hence none that can be down: the contract's second is met anyway.
 */
const CACHE_MS = 500;
const CACHED_CHATBOTS = 20_000;

@Injectable()
export class Subscriptions {
  private readonly cache = new Map<string, CacheEntry>();
  private readonly loadingSettings = new Batcher((ids: readonly string[]) => this.findSettings(ids), {
    maxItems: 500,
    maxParallel: 1,
  });

  constructor(
    private readonly directory: ChatbotDirectory,
    private readonly entitlements: Entitlements,
    @InjectRepository(WebhookSettings) private readonly settings: Repository<WebhookSettings>,
    private readonly clock: Clock,
  ) {}

  /** As of now, from the sources: for attempts. Null when the chatbot is gone. */
  async current(chatbotId: string): Promise<Subscription | null> {
    const [chatbot, settings] = await Promise.all([
      this.directory.find(chatbotId),
      this.loadingSettings.add(chatbotId),
    ]);
    if (!chatbot) return null;
    const { isEntitled } = await this.entitlements.check(chatbot.organizationId);
    return { chatbot, isEntitled, settings };
  }

  /**
   * As of half a second ago at the most: for publishing.
   * @param manager of the transaction that the event is published in, if any: what it asks, it asks there
   */
  recent(chatbotId: string, manager: EntityManager | null): Promise<Subscription | null> {
    const nowMs = this.clock.monotonicMs();
    const cached = this.cache.get(chatbotId);
    const isFresh = cached !== undefined && nowMs - cached.loadedAtMs < CACHE_MS;
    // A load under way may wait for the very connection that the transaction holds; and what a transaction
    // reads may be rolled back, so it is not remembered.
    if (manager) return isFresh && cached.isLoaded ? cached.subscription : this.within(manager, chatbotId);
    return isFresh ? cached.subscription : this.load(chatbotId, nowMs);
  }

  forget(chatbotId: string): void {
    this.cache.delete(chatbotId);
  }

  /** A changed plan concerns every chatbot of its organization. */
  @OnEvent('organization.changed')
  forgetAll(): void {
    this.cache.clear();
  }

  private load(chatbotId: string, nowMs: number): Promise<Subscription | null> {
    const subscription = this.current(chatbotId);
    const entry = { loadedAtMs: nowMs, subscription, isLoaded: false };
    this.remember(chatbotId, entry);
    subscription.then(
      (found) => {
        entry.isLoaded = true;
        // Unknown today may be created in a moment.
        if (!found) this.forget(chatbotId);
      },
      // A failure is no answer: the next call asks again.
      () => this.forget(chatbotId),
    );
    return subscription;
  }

  private async within(manager: EntityManager, chatbotId: string): Promise<Subscription | null> {
    const chatbot = await this.directory.find(chatbotId, manager);
    if (!chatbot) return null;
    const { isEntitled } = await this.entitlements.check(chatbot.organizationId, manager);
    return { chatbot, isEntitled, settings: await manager.findOneBy(WebhookSettings, { chatbotId }) };
  }

  private remember(chatbotId: string, entry: CacheEntry): void {
    this.cache.delete(chatbotId);
    this.cache.set(chatbotId, entry);
    // A Map keeps the order of insertion: the first is the one loaded longest ago.
    for (const oldest of this.cache.keys()) {
      if (this.cache.size <= CACHED_CHATBOTS) break;
      this.cache.delete(oldest);
    }
  }

  private async findSettings(ids: readonly string[]): Promise<(WebhookSettings | null)[]> {
    // Read for every attempt: TypeORM would spend longer on writing the statement than PostgreSQL on it.
    const rows = await this.settings.query<WebhookSettings[]>(FIND_SETTINGS, [[...new Set(ids)]]);
    const byId = new Map(rows.map((row) => [row.chatbotId, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}

const FIND_SETTINGS = `
  SELECT chatbot_id AS "chatbotId", organization_id AS "organizationId", version, is_enabled AS "isEnabled", url,
    event_types AS "eventTypes", secret_ciphertext AS "secretCiphertext", secret_hint AS "secretHint",
    previous_secret_ciphertext AS "previousSecretCiphertext",
    previous_secret_expires_at AS "previousSecretExpiresAt", updated_at AS "updatedAt"
  FROM chatbot_webhooks.webhook_settings WHERE chatbot_id = ANY ($1::uuid[])`;
