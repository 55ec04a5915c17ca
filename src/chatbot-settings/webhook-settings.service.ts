import { Injectable } from '@nestjs/common';
import type { Caller, RequestActor } from '../access/index.js';
import { SigningService } from '../signing/index.js';
import type { ChatbotRef } from './chatbot-directory.js';
import { ChatbotsService } from './chatbots.service.js';
import { type Entitlement, Entitlements } from './entitlements.js';
import { PlanGate } from './plan-gate.js';
import { type SettingsInput, SettingsRules } from './settings-rules.js';
import { type ExpectedVersions, SettingsStore } from './settings-store.js';
import { WebhookSettings } from './webhook-settings.entity.js';

/** A chatbot's settings with what an admin has to know beside them. */
export interface SettingsView {
  /** Null: never saved. */
  readonly settings: WebhookSettings | null;
  readonly entitlement: Entitlement;
}

/** Where a chatbot's events go: reads and saves it, by the rules of the contract. */
@Injectable()
export class WebhookSettingsService {
  constructor(
    private readonly store: SettingsStore,
    private readonly chatbots: ChatbotsService,
    private readonly entitlements: Entitlements,
    private readonly gate: PlanGate,
    private readonly rules: SettingsRules,
    private readonly signing: SigningService,
  ) {}

  async view(caller: Caller, chatbotId: string): Promise<SettingsView> {
    const { organizationId } = await this.chatbots.getVisible(caller, chatbotId);
    const [settings, entitlement] = await Promise.all([
      this.store.find(chatbotId),
      this.entitlements.check(organizationId),
    ]);
    return { settings, entitlement };
  }

  /** Saves all three settings; the first save also generates the secret. */
  async save(
    actor: RequestActor,
    chatbotId: string,
    input: SettingsInput,
    expectedVersions: ExpectedVersions,
  ): Promise<SettingsView> {
    const { chatbot, entitlement } = await this.gate.getEntitled(actor.caller, chatbotId);
    const accepted = await this.rules.judge(input);
    const settings = await this.store.change(
      actor,
      chatbot,
      'webhook.updated',
      expectedVersions,
      async (saved) => Object.assign(saved ?? (await this.firstSettings(chatbot)), accepted),
    );
    return { settings, entitlement };
  }

  private async firstSettings({ id, organizationId }: ChatbotRef): Promise<WebhookSettings> {
    const { ciphertext, hint } = await this.signing.generate({ organizationId, chatbotId: id });
    return Object.assign(new WebhookSettings(), {
      chatbotId: id,
      organizationId,
      version: 0,
      secretCiphertext: ciphertext,
      secretHint: hint,
      previousSecretCiphertext: null,
      previousSecretExpiresAt: null,
    });
  }
}
