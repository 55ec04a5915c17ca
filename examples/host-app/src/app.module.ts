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

@Module({
  imports: [
    ChatbotWebhooksModule.forRoot({
      events: [HandoffRequested],
      // Our parts, and the modules whose providers they inject.
      parts: { chatbotDirectory: BotDirectory, entitlements: BillingEntitlements },
      imports: [BotsModule, BillingModule],
      // One connection for both: our tables are made by our migrations, its tables by its own.
      database: { migrations: [CreateBotsAndLeads1764100000000], migrationsRun: true },
    }),
    BotsModule,
    BillingModule,
    ConversationsModule,
    LeadsModule,
  ],
})
export class AppModule {}
