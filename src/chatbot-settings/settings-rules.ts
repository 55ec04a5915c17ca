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

type FittingSettings = Pick<WebhookSettings, 'isEnabled' | 'url' | 'eventTypes'>;

/** What may be saved. */
@Injectable()
export class SettingsRules {
  constructor(
    private readonly urlPolicy: UrlPolicy,
    private readonly catalog: EventCatalog,
  ) {}

  /** @throws ValidationError naming each field */
  async judge(input: SettingsInput): Promise<FittingSettings> {
    const { url, errors } = await this.look(input);
    if (errors.length > 0) throw new ValidationError(errors);
    return { isEnabled: input.enabled, url, eventTypes: [...new Set(input.events)] };
  }

  /** What is wrong beyond the types of the fields, which need not be as declared. */
  async errorsIn(input: SettingsInput): Promise<FieldError[]> {
    return (await this.look(input)).errors;
  }

  private async look({ enabled, url, events }: Unjudged<SettingsInput>): Promise<Findings> {
    const errors: FieldError[] = [];
    const verdict = typeof url === 'string' ? await this.urlPolicy.judge(url) : null;
    if (verdict?.kind === 'refused') errors.push({ field: 'url', message: verdict.message });
    if (enabled === true && url === null) {
      errors.push({ field: 'url', message: 'is required to enable the webhook' });
    }
    const types: unknown[] = Array.isArray(events) ? events : [];
    types.forEach((type, index) => {
      if (this.catalog.has(type)) return;
      errors.push({ field: `events.${index}`, message: this.catalog.unknownType(type) });
    });
    return { url: verdict?.kind === 'accepted' ? verdict.url : null, errors };
  }
}

type Unjudged<Input> = { readonly [Field in keyof Input]: unknown };

interface Findings {
  /** In canonical form. */
  readonly url: string | null;
  readonly errors: FieldError[];
}
