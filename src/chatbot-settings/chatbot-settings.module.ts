import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/index.js';
import { SigningModule } from '../signing/index.js';
import { Chatbot } from './chatbot.entity.js';
import { ChatbotsController } from './chatbots.controller.js';
import { ChatbotsService } from './chatbots.service.js';
import { PlanGate } from './plan-gate.js';
import { SecretReencryption } from './secret-reencryption.js';
import { SettingsRules } from './settings-rules.js';
import { SettingsStore } from './settings-store.js';
import { SubscriptionRows } from './subscription-rows.js';
import { Subscriptions } from './subscriptions.js';
import { WebhookSecretService } from './webhook-secret.service.js';
import { WebhookSettings } from './webhook-settings.entity.js';
import { WebhookSettingsService } from './webhook-settings.service.js';
import { WebhookSettingsController } from './webhook-settings.controller.js';

/** Knows who wants to hear of a chatbot's events, and where. */
@Module({
  imports: [TypeOrmModule.forFeature([Chatbot, WebhookSettings]), AccessModule, SigningModule],
  controllers: [ChatbotsController, WebhookSettingsController],
  providers: [
    ChatbotsService,
    PlanGate,
    SecretReencryption,
    SettingsRules,
    SettingsStore,
    SubscriptionRows,
    Subscriptions,
    WebhookSecretService,
    WebhookSettingsService,
  ],
  exports: [ChatbotsService, PlanGate, SecretReencryption, SettingsStore, Subscriptions],
})
export class ChatbotSettingsModule {}
