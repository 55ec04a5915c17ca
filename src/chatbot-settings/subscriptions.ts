import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { EntityManager } from 'typeorm';
import { ORGANIZATION_CHANGED } from '../access/index.js';
import { Clock } from '../common/index.js';
import { ChatbotDirectory, type ChatbotRef } from './chatbot-directory.js';
import { Entitlements } from './entitlements.js';
import { PlanEntitlements } from './plan.entitlements.js';
import { SubscriptionRows } from './subscription-rows.js';
import { TableChatbotDirectory } from './table.chatbot-directory.js';
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
  /** The defaults of the two ports know no more than our own tables, which are read anyway: they are not asked. */
  private readonly isDirectoryOurs: boolean;
  private readonly plans: PlanEntitlements | null;

  constructor(
    private readonly directory: ChatbotDirectory,
    private readonly entitlements: Entitlements,
    private readonly rows: SubscriptionRows,
    private readonly clock: Clock,
  ) {
    // By the very class: one that a host derives from it may answer differently.
    this.isDirectoryOurs = directory.constructor === TableChatbotDirectory;
    const arePlansOurs = this.isDirectoryOurs && entitlements.constructor === PlanEntitlements;
    this.plans = arePlansOurs ? (entitlements as PlanEntitlements) : null;
  }

  /** As of now, from the sources: for attempts. Null when the chatbot is gone. */
  async current(chatbotId: string): Promise<Subscription | null> {
    const [row, theirs] = await Promise.all([
      this.rows.find(chatbotId),
      this.isDirectoryOurs ? null : this.directory.find(chatbotId),
    ]);
    const chatbot = this.isDirectoryOurs ? row.chatbot : theirs;
    if (!chatbot) return null;
    const { isEntitled } =
      this.plans?.entitlementOf(row.plan) ?? (await this.entitlements.check(chatbot.organizationId));
    return { chatbot, isEntitled, settings: row.settings };
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
  @OnEvent(ORGANIZATION_CHANGED)
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
}
