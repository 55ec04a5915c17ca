import { defineEvent } from './define-event.js';
import { field } from './event-fields.js';

export const LeadCaptured = defineEvent({
  type: 'lead.captured',
  label: 'Lead Captured',
  description: 'A visitor submitted the lead form, or authenticated via OTP.',
  data: {
    name: field.nullable(field.text()),
    email: field.nullable(field.text()),
    phone: field.nullable(field.text()),
    companyName: field.nullable(field.text()),
    externalUserLoginId: field.nullable(field.text()),
    tags: field.nullable(field.textList()),
  },
  example: {
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    phone: '+442071234567',
    companyName: 'Analytical Engines Ltd',
    externalUserLoginId: 'login-1815',
    tags: ['enterprise', 'pricing'],
  },
});

export const ConversationStarted = defineEvent({
  type: 'conversation.started',
  label: 'Conversation Started',
  description: 'A conversation was created.',
  data: {
    conversationId: field.uuid(),
    externalUserId: field.nullable(field.text()),
    metadata: field.nullable(field.object()),
  },
  example: {
    conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
    externalUserId: 'customer-42',
    metadata: { page: '/plans', language: 'en' },
  },
});

export const ConversationMessage = defineEvent({
  type: 'conversation.message',
  label: 'New Message',
  description: 'The user sent a message.',
  data: { conversationId: field.uuid(), message: field.text() },
  example: {
    conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
    message: 'Can I change my plan later?',
  },
});

export const ConversationReply = defineEvent({
  type: 'conversation.reply',
  label: 'New AI Reply',
  description: 'The AI sent a reply.',
  data: {
    conversationId: field.uuid(),
    messageId: field.uuid(),
    userMessage: field.text(),
    reply: field.text(),
  },
  example: {
    conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
    messageId: '0190b7a4-9d2e-7f30-8b4c-5d6e7f809112',
    userMessage: 'Can I change my plan later?',
    reply: 'Yes, at any time, under Billing.',
  },
});

/** What every chatbot emits. Hosts add their own by `forRoot({ events: [...] })`. */
export const builtInEvents = [
  LeadCaptured,
  ConversationStarted,
  ConversationMessage,
  ConversationReply,
] as const;
