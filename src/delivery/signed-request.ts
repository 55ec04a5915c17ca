import { Injectable } from '@nestjs/common';
import { livingSecrets, type WebhookSettings } from '../chatbot-settings/index.js';
import { Clock } from '../common/index.js';
import { type ClaimedDelivery, RequestHeaders } from '../deliveries/index.js';
import { SigningService } from '../signing/index.js';

/** The headers of one attempt: what every request says of itself, and the signatures by the secrets of now. */
@Injectable()
export class SignedRequest {
  constructor(
    private readonly requestHeaders: RequestHeaders,
    private readonly signing: SigningService,
    private readonly clock: Clock,
  ) {}

  async headersOf(claimed: ClaimedDelivery, settings: WebhookSettings): Promise<Record<string, string>> {
    const now = this.clock.now();
    const signatures = await this.signing.headersFor({
      owner: { organizationId: settings.organizationId, chatbotId: settings.chatbotId },
      secrets: livingSecrets(settings, now),
      deliveryId: claimed.deliveryId,
      body: claimed.requestBody,
      now,
    });
    return { ...this.requestHeaders.of(claimed), ...signatures };
  }
}
