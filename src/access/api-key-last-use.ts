import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Clock } from '../common/index.js';
import { ApiKey } from './api-key.entity.js';

const EVERY_MS = 60_000;

/** Records when a key was last used, at most once a minute for each, and behind the request's back. */
@Injectable()
export class ApiKeyLastUse implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Access');
  private readonly writtenAtMs = new Map<string, number>();
  private readonly pending = new Set<string>();
  private writing: Promise<void> | null = null;

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly clock: Clock,
  ) {}

  /** Never waits and never throws. */
  note(keyId: string): void {
    const nowMs = this.clock.monotonicMs();
    const writtenAtMs = this.writtenAtMs.get(keyId);
    if (writtenAtMs !== undefined && nowMs - writtenAtMs < EVERY_MS) return;
    this.writtenAtMs.set(keyId, nowMs);
    this.pending.add(keyId);
    this.writing ??= this.write().finally(() => (this.writing = null));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    while (this.pending.size > 0) {
      const ids = [...this.pending];
      this.pending.clear();
      try {
        await this.keys.query(
          `UPDATE chatbot_webhooks.api_key SET last_used_at = $2
           WHERE id = ANY ($1::uuid[]) AND (last_used_at IS NULL OR last_used_at < $2)`,
          [ids, this.clock.now()],
        );
      } catch (error) {
        // A date that people glance at is not worth a failed request; the next minute writes it.
        this.logger.warn({ event: 'api_key.last_use_lost', message: String(error) });
      }
    }
  }
}
