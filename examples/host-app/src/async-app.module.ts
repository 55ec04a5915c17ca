import { Module } from '@nestjs/common';
import { ChatbotWebhooksModule } from 'chatbot-webhooks';
import { BillingEntitlements } from './billing/billing.entitlements.js';
import { BillingModule } from './billing/billing.module.js';
import { BotDirectory } from './bots/bot.directory.js';
import { BotsModule } from './bots/bots.module.js';
import { ConversationsModule } from './conversations/conversations.module.js';
import { HandoffRequested } from './conversations/handoff-requested.event.js';
import { LeadsModule } from './leads/leads.module.js';
import { CreateBotsAndLeads1764100000000 } from './migrations/1764100000000-create-bots-and-leads.js';
import { SettingsModule } from './settings/settings.module.js';
import { SettingsService } from './settings/settings.service.js';

/** The same application, with options that come from another provider. */
@Module({
  imports: [
    ChatbotWebhooksModule.forRootAsync({
      imports: [BotsModule, BillingModule, SettingsModule],
      inject: [SettingsService],
      useFactory: (settings: SettingsService) => ({
        environment: {
          WEBHOOK_RETRY_DELAYS: settings.get('webhooks.retryDelays'),
          WEBHOOK_HEADER_PREFIX: settings.get('webhooks.headerPrefix'),
        },
        events: [HandoffRequested],
        parts: { chatbotDirectory: BotDirectory, entitlements: BillingEntitlements },
      }),
      database: { migrations: [CreateBotsAndLeads1764100000000], migrationsRun: true },
    }),
    BotsModule,
    BillingModule,
    ConversationsModule,
    LeadsModule,
  ],
})
export class AsyncAppModule {}
