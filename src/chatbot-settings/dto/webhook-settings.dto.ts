import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsString,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import type { SettingsView } from '../webhook-settings.service.js';

export class SaveWebhookSettingsDto {
  /** Whether events are sent. Needs a URL. */
  @IsBoolean()
  enabled: boolean;

  /**
   * Where to: a public address, `https://` only, at most 2048 characters; or null.
   * @example "https://crm.example.com/webhooks/chatbot"
   */
  @IsDefined({ message: 'url must be a string or null' })
  @ValidateIf((_settings, value) => value !== null)
  @IsString({ message: 'url must be a string or null' })
  @MaxLength(2048)
  url: string | null;

  /**
   * Event types to send; empty = all.
   * @example ["lead.captured", "conversation.started"]
   */
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  events: string[];
}

export class SecretStateDto {
  /** Whether requests are signed. */
  configured: boolean;

  /**
   * Enough to tell two secrets apart.
   * @example "whsec_…q3Zk"
   */
  hint: string | null;

  /** Until when the secret before also signs (`webhook-signature`); null without an overlap. */
  previousExpiresAt: string | null;
}

export class WebhookSettingsDto {
  /** Whether events are sent. */
  enabled: boolean;

  /**
   * Where to, in canonical form.
   * @example "https://crm.example.com/webhooks/chatbot"
   */
  url: string | null;

  /**
   * Selected event types; empty = all.
   * @example ["lead.captured"]
   */
  events: string[];

  /** False until the first save. */
  saved: boolean;

  secret: SecretStateDto;

  /** Whether the organization's plan includes webhooks. */
  entitled: boolean;

  /**
   * Plans that do.
   * @example ["pro", "business", "enterprise"]
   */
  requiredPlans: string[];

  /** Null until the first save. */
  updatedAt: string | null;

  /**
   * How the names of the headers begin that requests carry.
   * @example "X-Hyperleap"
   */
  headerPrefix: string;

  static from({ settings, entitlement }: SettingsView, headerPrefix: string, now: Date): WebhookSettingsDto {
    const previousExpiresAt = settings?.previousSecretExpiresAt ?? null;
    return {
      enabled: settings?.isEnabled ?? false,
      url: settings?.url ?? null,
      events: settings?.eventTypes ?? [],
      saved: settings !== null,
      secret: {
        configured: settings?.secretCiphertext != null,
        hint: settings?.secretHint ?? null,
        previousExpiresAt:
          previousExpiresAt && previousExpiresAt > now ? previousExpiresAt.toISOString() : null,
      },
      entitled: entitlement.isEntitled,
      requiredPlans: [...entitlement.requiredPlans],
      updatedAt: settings?.updatedAt.toISOString() ?? null,
      headerPrefix,
    };
  }
}
