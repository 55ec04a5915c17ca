import { defineEvent, field } from 'chatbot-webhooks';

/** An event type of this application's own. This declaration is all there is to it. */
export const HandoffRequested = defineEvent({
  type: 'handoff.requested',
  label: 'Handoff Requested',
  description: 'The user asked for a person.',
  data: {
    conversationId: field.uuid(),
    reason: field.nullable(field.text()),
    waitingSeconds: field.number(),
  },
  example: {
    conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
    reason: 'A question about an invoice',
    waitingSeconds: 12,
  },
});
