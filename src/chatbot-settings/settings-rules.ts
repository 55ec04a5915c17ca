import { Injectable } from '@nestjs/common';
import { type FieldError, ValidationError } from '../common/index.js';
import { UrlPolicy } from '../egress/index.js';
import { EventCatalog } from '../events/index.js';
import type { WebhookSettings } from './webhook-settings.entity.js';

export interface SettingsInput {
  readonly enabled: boolean;
  readonly url: string | null;
  readonly events: readonly string[];
}

/** What may be saved. */
@Injectable()
export class SettingsRules {
  constructor(
    private readonly urlPolicy: UrlPolicy,
    private readonly catalog: EventCatalog,
  ) {}

  /** @throws ValidationError naming each field */
  async judge({
    enabled,
    url,
    events,
  }: SettingsInput): Promise<Pick<WebhookSettings, 'isEnabled' | 'url' | 'eventTypes'>> {
    const errors: FieldError[] = [];
    const verdict = url === null ? null : await this.urlPolicy.judge(url);
    if (verdict?.kind === 'refused') errors.push({ field: 'url', message: verdict.message });
    if (enabled && url === null) errors.push({ field: 'url', message: 'is required to enable the webhook' });
    events.forEach((type, index) => {
      if (!this.catalog.has(type))
        errors.push({ field: `events.${index}`, message: this.catalog.unknownType(type) });
    });
    if (errors.length > 0) throw new ValidationError(errors);
    return {
      isEnabled: enabled,
      url: verdict?.kind === 'accepted' ? verdict.url : null,
      eventTypes: [...new Set(events)],
    };
  }
}
