import { Injectable } from '@nestjs/common';
import { AuditService, type Caller, type RequestActor } from '../access/index.js';
import { Clock, DomainError } from '../common/index.js';
import {
  type SealedSecret,
  type SecretOwner,
  type SignatureClaim,
  type SignatureVerdict,
  SigningService,
} from '../signing/index.js';
import { ChatbotsService } from './chatbots.service.js';
import { PlanGate } from './plan-gate.js';
import { assertVersion, type ExpectedVersions, SettingsStore, webhookNotSaved } from './settings-store.js';
import type { WebhookSettings } from './webhook-settings.entity.js';
import type { SettingsView } from './webhook-settings.service.js';

/** The life of a chatbot's secret after the first save has made it. */
@Injectable()
export class WebhookSecretService {
  constructor(
    private readonly store: SettingsStore,
    private readonly chatbots: ChatbotsService,
    private readonly gate: PlanGate,
    private readonly signing: SigningService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Stays possible without the plan: receivers go on verifying. Without an audit row there is no reveal. */
  async reveal(actor: RequestActor, chatbotId: string): Promise<string> {
    const { organizationId } = await this.chatbots.getVisible(actor.caller, chatbotId);
    const settings = await this.store.find(chatbotId);
    if (!settings?.secretCiphertext) {
      throw new DomainError(
        'secret_not_configured',
        'There is no secret. Save the settings, or regenerate it.',
      );
    }
    await this.audit.record({
      action: 'secret.revealed',
      ...actor,
      organizationId,
      subjectType: 'chatbot',
      subjectId: chatbotId,
      detail: {},
    });
    return this.signing.reveal({ ciphertext: settings.secretCiphertext }, ownerOf(settings));
  }

  /**
   * A new secret, which holds from the next attempt on.
   * @param overlapSeconds how long receivers may go on verifying with the old one; 0: it is dead at once
   */
  async regenerate(
    actor: RequestActor,
    chatbotId: string,
    overlapSeconds: number,
    expectedVersions: ExpectedVersions,
  ): Promise<{ secret: string; view: SettingsView }> {
    const { chatbot, entitlement } = await this.gate.getEntitled(actor.caller, chatbotId);
    const renew = async (saved: WebhookSettings | null) => {
      if (!saved) throw webhookNotSaved();
      const { ciphertext, hint } = await this.signing.generate(ownerOf(saved));
      const isOverlapping = overlapSeconds > 0 && saved.secretCiphertext !== null;
      return Object.assign(saved, {
        previousSecretCiphertext: isOverlapping ? saved.secretCiphertext : null,
        previousSecretExpiresAt: isOverlapping
          ? new Date(this.clock.now().getTime() + overlapSeconds * 1000)
          : null,
        secretCiphertext: ciphertext,
        secretHint: hint,
      });
    };
    const settings = await this.store.change(actor, chatbot, 'secret.regenerated', expectedVersions, renew);
    const secret = await this.signing.reveal(
      { ciphertext: settings.secretCiphertext as string },
      ownerOf(settings),
    );
    return { secret, view: { settings, entitlement } };
  }

  /** From the next attempt on nothing is signed, and every older secret is dead. Nothing to remove is fine. */
  async remove(actor: RequestActor, chatbotId: string, expectedVersions: ExpectedVersions): Promise<void> {
    const { chatbot } = await this.gate.getEntitled(actor.caller, chatbotId);
    const current = await this.store.find(chatbotId);
    assertVersion(current, expectedVersions);
    if (!current?.secretCiphertext) return;
    await this.store.change(actor, chatbot, 'secret.removed', expectedVersions, (saved) => {
      if (!saved) throw webhookNotSaved();
      return Object.assign(saved, {
        secretCiphertext: null,
        secretHint: null,
        previousSecretCiphertext: null,
        previousSecretExpiresAt: null,
      });
    });
  }

  /** Checks a request that a receiver got, without showing the secret. */
  async verify(caller: Caller, chatbotId: string, claim: SignatureClaim): Promise<SignatureVerdict> {
    const { organizationId } = await this.chatbots.getVisible(caller, chatbotId);
    const settings = await this.store.find(chatbotId);
    const secrets = settings ? livingSecrets(settings, this.clock.now()) : [];
    return this.signing.verify({ ...claim, owner: { organizationId, chatbotId }, secrets });
  }
}

/** The secrets that sign now: the current one first, then the previous one while its overlap lasts. */
export function livingSecrets(settings: WebhookSettings, now: Date): SealedSecret[] {
  const { secretCiphertext, previousSecretCiphertext, previousSecretExpiresAt } = settings;
  if (secretCiphertext === null) return [];
  const isPreviousAlive =
    previousSecretCiphertext !== null && previousSecretExpiresAt !== null && previousSecretExpiresAt > now;
  return [secretCiphertext, ...(isPreviousAlive ? [previousSecretCiphertext] : [])].map((ciphertext) => ({
    ciphertext,
  }));
}

const ownerOf = ({ organizationId, chatbotId }: WebhookSettings): SecretOwner => ({
  organizationId,
  chatbotId,
});
