import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService, type RequestActor } from '../access/index.js';
import { Clock, DomainError, NotFoundError } from '../common/index.js';
import { ChatbotDirectory, type ChatbotRef } from './chatbot-directory.js';
import { Subscriptions } from './subscriptions.js';
import { WebhookSettings } from './webhook-settings.entity.js';

export type SettingsAction = 'webhook.updated' | 'secret.regenerated' | 'secret.removed';

export const webhookNotSaved = () =>
  new DomainError('webhook_not_saved', 'Save the webhook settings with a URL first.');

/** The versions that an If-Match header names; null: whatever is there may be changed. */
export type ExpectedVersions = readonly number[] | null;

/** @throws DomainError `stale` when `settings` (null: never saved) are in none of these versions */
export function assertVersion(settings: WebhookSettings | null, expected: ExpectedVersions): void {
  if (expected === null || expected.includes(settings?.version ?? 0)) return;
  throw new DomainError(
    'stale',
    'The settings have changed since they were read. Read them again and repeat the change.',
  );
}

/** Writes webhook settings, as nobody else does but `SecretReencryption`: one change at a time per chatbot, audited in the same transaction. */
@Injectable()
export class SettingsStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: ChatbotDirectory,
    private readonly subscriptions: Subscriptions,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  find(chatbotId: string): Promise<WebhookSettings | null> {
    return this.dataSource.manager.findOneBy(WebhookSettings, { chatbotId });
  }

  /**
   * @param apply gets what is saved, null if nothing is, and returns what is to be saved; a throw saves nothing
   * @throws NotFoundError when the chatbot is gone; DomainError `stale`
   */
  async change(
    actor: RequestActor,
    { id, organizationId }: ChatbotRef,
    action: SettingsAction,
    expectedVersions: ExpectedVersions,
    apply: (settings: WebhookSettings | null) => WebhookSettings | Promise<WebhookSettings>,
  ): Promise<WebhookSettings> {
    const saved = await this.dataSource.transaction(async (manager) => {
      await takeTurn(manager, id);
      // Deleted since the caller looked: nobody would ever delete these settings.
      if ((await this.directory.find(id, manager)) === null) throw new NotFoundError('The chatbot');
      const current = await manager.findOneBy(WebhookSettings, { chatbotId: id });
      assertVersion(current, expectedVersions);
      const next = await apply(current);
      Object.assign(next, { version: next.version + 1, updatedAt: this.clock.now() });
      await manager.save(WebhookSettings, next);
      const entry = {
        action,
        ...actor,
        organizationId,
        subjectType: 'chatbot' as const,
        subjectId: id,
        detail: detailOf(action, next),
      };
      await this.audit.record(entry, manager);
      return next;
    });
    this.subscriptions.forget(id);
    return saved;
  }
}

/** Until the transaction ends, nobody else changes this chatbot's settings. */
export async function takeTurn(manager: EntityManager, chatbotId: string): Promise<void> {
  // An advisory lock, because before the first save there is no row to lock.
  await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('webhook_settings ' || $1, 0))`, [
    chatbotId,
  ]);
}

function detailOf(action: SettingsAction, settings: WebhookSettings): Record<string, unknown> {
  return action === 'webhook.updated'
    ? { enabled: settings.isEnabled, url: settings.url, events: settings.eventTypes }
    : { hint: settings.secretHint, previousExpiresAt: settings.previousSecretExpiresAt };
}
