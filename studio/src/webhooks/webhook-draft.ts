import type { WebhookFields } from '../api/types';

/** What the form holds: like the settings, but a text field is never null. */
export interface WebhookDraft {
  enabled: boolean;
  url: string;
  events: string[];
}

export function toDraft({ enabled, url, events }: WebhookFields): WebhookDraft {
  return { enabled, url: url ?? '', events };
}

export function toFields({ enabled, url, events }: WebhookDraft): WebhookFields {
  return { enabled, url: url.trim() || null, events };
}

export const FIELD_NAMES = ['enabled', 'url', 'events'] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** The fields in which the two differ; the order of `events` means nothing. */
export function differingFields(one: WebhookFields, other: WebhookFields): FieldName[] {
  const comparable = ({ enabled, url, events }: WebhookFields) => ({
    enabled,
    url,
    events: [...events].sort().join(),
  });
  const [left, right] = [comparable(one), comparable(other)];
  return FIELD_NAMES.filter((name) => left[name] !== right[name]);
}
