import { Module } from '@nestjs/common';
import { ChatbotWebhooksModule } from './chatbot-webhooks.module.js';

/** The standalone server. */
@Module({ imports: [ChatbotWebhooksModule.forRoot({ undeclaredRoutes: 'refuse' })] })
export class AppModule {}
