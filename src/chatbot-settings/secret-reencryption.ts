import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../access/index.js';
import { loggableError, type LoggableError } from '../common/index.js';
import { SigningService } from '../signing/index.js';
import { takeTurn } from './settings-store.js';
import { WebhookSettings } from './webhook-settings.entity.js';

const PAGE_ROWS = 200;
const NO_ID = '00000000-0000-0000-0000-000000000000';

export interface ReencryptionReport {
  /** Rows looked at. */
  readonly chatbots: number;
  /** Rows whose secrets are under the current key since. */
  readonly reencrypted: number;
  /** Rows that somebody changed in the same moment: whatever they wrote is under the current key already. */
  readonly changedMeanwhile: number;
  /** Rows with a secret that does not open; they stay as they are. */
  readonly failed: readonly { readonly chatbotId: string; readonly error: LoggableError }[];
}

/**
 * Brings every stored secret, current and previous, under the key that encrypts now. May run while the server
 * serves, more than once, and be interrupted: each row is a step of its own.
 */
@Injectable()
export class SecretReencryption {
  constructor(
    private readonly dataSource: DataSource,
    private readonly signing: SigningService,
    private readonly audit: AuditService,
  ) {}

  async run(): Promise<ReencryptionReport> {
    const counts = { chatbots: 0, reencrypted: 0, changedMeanwhile: 0 };
    const failed: { chatbotId: string; error: LoggableError }[] = [];
    for await (const settings of this.all()) {
      counts.chatbots++;
      try {
        const outcome = await this.reencrypt(settings);
        if (outcome !== 'current') counts[outcome]++;
      } catch (error) {
        // One that does not open must not keep the others under a key that is to be retired.
        failed.push({ chatbotId: settings.chatbotId, error: loggableError(error) });
      }
    }
    return { ...counts, failed };
  }

  private async *all(): AsyncGenerator<WebhookSettings> {
    for (let afterId = NO_ID; ;) {
      const page = await this.dataSource
        .createQueryBuilder(WebhookSettings, 'settings')
        .where('settings.chatbotId > :afterId', { afterId })
        .orderBy('settings.chatbotId')
        .take(PAGE_ROWS)
        .getMany();
      yield* page;
      if (page.length < PAGE_ROWS) return;
      afterId = (page.at(-1) as WebhookSettings).chatbotId;
    }
  }

  private async reencrypt(
    settings: WebhookSettings,
  ): Promise<'current' | 'reencrypted' | 'changedMeanwhile'> {
    const { chatbotId, organizationId, secretCiphertext, previousSecretCiphertext } = settings;
    const owner = { organizationId, chatbotId };
    const renew = async (ciphertext: string | null) =>
      ciphertext && (await this.signing.reencrypt({ ciphertext }, owner)).ciphertext;
    const [current, previous] = [await renew(secretCiphertext), await renew(previousSecretCiphertext)];
    if (current === secretCiphertext && previous === previousSecretCiphertext) return 'current';
    return this.dataSource.transaction(async (manager) => {
      await takeTurn(manager, chatbotId);
      // Only what was read: a secret that was regenerated or removed meanwhile must not come back. The version
      // stays, because for readers nothing has changed.
      const [rows] = (await manager.query(
        `UPDATE chatbot_webhooks.webhook_settings
         SET secret_ciphertext = $2, previous_secret_ciphertext = $3
         WHERE chatbot_id = $1
           AND secret_ciphertext IS NOT DISTINCT FROM $4
           AND previous_secret_ciphertext IS NOT DISTINCT FROM $5
         RETURNING chatbot_id`,
        [chatbotId, current, previous, secretCiphertext, previousSecretCiphertext],
      )) as [unknown[], number];
      if (rows.length === 0) return 'changedMeanwhile';
      const entry = {
        action: 'secret.reencrypted',
        caller: 'system',
        remoteAddress: null,
        organizationId,
        subjectType: 'chatbot',
        subjectId: chatbotId,
      } as const;
      await this.audit.record(entry, manager);
      return 'reencrypted';
    });
  }
}
