import { Injectable, Logger } from '@nestjs/common';
import { Subscriptions, type WebhookSettings } from '../chatbot-settings/index.js';
import { Clock, loggableError } from '../common/index.js';
import { Environment } from '../config/index.js';
import { type AttemptTicket, type ClaimedDelivery } from '../deliveries/index.js';
import { SenderClosedError, type SendOutcome, WebhookSender } from '../egress/index.js';
import { AttemptJournal } from './attempt-journal.js';
import { refusalOf } from './refusal.js';
import { SignedRequest } from './signed-request.js';

/** A lease outlives the longest attempt by this: time to claim, and time to record. */
const LEASE_MARGIN_MS = 5000;

/** Makes one attempt: settings as of now, claim, sign, send, record. */
@Injectable()
export class AttemptRunner {
  private readonly logger = new Logger('Delivery');
  private readonly timeoutMs: number;
  private readonly leaseMs: number;

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly journal: AttemptJournal,
    private readonly request: SignedRequest,
    private readonly sender: WebhookSender,
    private readonly clock: Clock,
    environment: Environment,
  ) {
    this.timeoutMs = environment.WEBHOOK_TIMEOUT;
    this.leaseMs = this.timeoutMs + LEASE_MARGIN_MS;
  }

  /**
   * Never throws. A bug costs time and not the delivery: the lease runs out, and the sweeper brings it again.
   * @param onSent called when the receiver has answered, before that is written down: its place is free
   */
  async run(ticket: AttemptTicket, onSent: (tookMs: number) => void): Promise<void> {
    try {
      await this.attempt(ticket, onSent);
    } catch (error) {
      this.logger.error({ event: 'delivery.attempt_broken', ...ticket, err: loggableError(error) });
    }
  }

  private async attempt(ticket: AttemptTicket, onSent: (tookMs: number) => void): Promise<void> {
    const subscription = await this.journal.patiently(() => this.subscriptions.current(ticket.chatbotId));
    const refusal = refusalOf(subscription);
    // What `end` spares is a test delivery, or a stale ticket, which the claim refuses.
    if (refusal && ((await this.journal.end(ticket, refusal)) || !refusal.sparesTests)) return;
    const settings = subscription?.settings;
    if (!settings?.url) return;

    const claimed = await this.journal.claim(ticket, settings.url, this.leaseMs);
    if (!claimed) return;

    const startedAt = this.clock.now();
    const outcome = await this.send(claimed, settings, settings.url);
    if (outcome === 'cut_off') return this.journal.release(claimed);
    onSent(outcome.durationMs);
    await this.journal.record(claimed, { url: settings.url, startedAt, outcome });
  }

  private async send(
    claimed: ClaimedDelivery,
    settings: WebhookSettings,
    url: string,
  ): Promise<SendOutcome | 'cut_off'> {
    const headers = await this.request.headersOf(claimed, settings).catch((error: unknown) => {
      this.logger.error({
        event: 'delivery.not_signed',
        deliveryId: claimed.deliveryId,
        err: loggableError(error),
      });
      return null;
    });
    if (headers === null) {
      return {
        kind: 'failed',
        code: 'network',
        message: 'The request could not be signed on our side.',
        durationMs: 0,
      };
    }
    const request = { url, headers, body: claimed.requestBody, timeoutMs: this.timeoutMs };
    return this.sender.send(request).catch((error: unknown) => {
      // This process is stopping: interrupted, which is no failure of the receiver's.
      if (error instanceof SenderClosedError) return 'cut_off';
      throw error;
    });
  }
}
