import { Module } from '@nestjs/common';
import { ChatbotEvents } from './chatbot-events.js';
import { EventTypesController } from './event-types.controller.js';

/** Says what happened. The catalog comes from the plug board: hosts add to it. */
@Module({
  controllers: [EventTypesController],
  providers: [ChatbotEvents],
  exports: [ChatbotEvents],
})
export class EventsModule {}
