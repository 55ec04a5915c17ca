import { randomUUID } from 'node:crypto';

const conversationId = randomUUID();

/** One visitor's way through a chatbot, as the four event types. */
export const SAMPLE_EVENTS = [
  {
    eventType: 'conversation.started',
    data: { conversationId, externalUserId: 'visitor-81', metadata: { page: '/pricing', language: 'fr' } },
  },
  {
    eventType: 'conversation.message',
    data: { conversationId, message: 'Bonjour 👋 Do you ship to Orléans?' },
  },
  {
    eventType: 'conversation.reply',
    data: {
      conversationId,
      messageId: randomUUID(),
      userMessage: 'Bonjour 👋 Do you ship to Orléans?',
      reply: 'Oui! Two days, and the first parcel is on us.',
    },
  },
  {
    eventType: 'lead.captured',
    data: {
      name: 'Zoë Lefèvre',
      email: 'zoe@example.com',
      phone: null,
      companyName: 'Lefèvre & Filles',
      externalUserLoginId: null,
      tags: ['shipping', 'france'],
    },
  },
];
