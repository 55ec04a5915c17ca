export * from './chatbot-event.js';
export * from './chatbot-event-types.js';
export * from './chatbot-events.js';
export * from './define-event.js';
export { jsonSchemaOf } from './dto/event-type.dto.js';
export * from './event-catalog.js';
export { EventsModule } from './events.module.js';
export { tellListeners } from './tell-listeners.js';
export { field } from './event-fields.js';
