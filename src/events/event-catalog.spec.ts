import { builtInEvents, LeadCaptured } from './chatbot-event-types.js';
import { defineEvent } from './define-event.js';
import { EventCatalog, parseEventData } from './event-catalog.js';
import { field } from './event-fields.js';

const HandoffRequested = defineEvent({
  type: 'handoff.requested',
  label: 'Handoff Requested',
  description: 'The visitor asked for a person.',
  data: { reason: field.nullable(field.text()), urgency: field.number() },
  example: { urgency: 2 },
});

const errorOf = (run: () => unknown): { errors?: unknown; message?: string } => {
  try {
    run();
  } catch (error) {
    return error as { errors?: unknown };
  }
  throw new Error('Nothing was thrown.');
};

describe('the catalog', () => {
  const catalog = new EventCatalog([...builtInEvents, HandoffRequested]);

  it('lists built-in types in the order of the contract, then those of the host', () => {
    expect(catalog.types()).toEqual([
      'lead.captured',
      'conversation.started',
      'conversation.message',
      'conversation.reply',
      'handoff.requested',
    ]);
    expect(
      catalog
        .list()
        .map(({ label }) => label)
        .slice(0, 4),
    ).toEqual(['Lead Captured', 'Conversation Started', 'New Message', 'New AI Reply']);
  });

  it.each([
    ['lead.capturd', 'Did you mean "lead.captured"?'],
    ['Lead.Captured', 'Did you mean "lead.captured"?'],
    ['handof.requested', 'Did you mean "handoff.requested"?'],
    ['order.paid', 'Known types: lead.captured, '],
    ['toString', 'Known types: '],
    ['__proto__', 'Known types: '],
    ['x'.repeat(10_000), 'Known types: '],
  ])('says of %s: %s', (type, hint) => {
    expect(errorOf(() => catalog.get(type))).toMatchObject({
      errors: [{ field: 'eventType', message: expect.stringContaining(hint) }],
    });
  });

  it('refuses two declarations of one type', () => {
    expect(() => new EventCatalog([LeadCaptured, LeadCaptured])).toThrow('"lead.captured" is declared twice');
  });
});

describe('data', () => {
  it('gets null for every nullable key that is missing, and keeps the order of the declaration', () => {
    expect(Object.entries(parseEventData(HandoffRequested, { urgency: 1 }))).toEqual([
      ['reason', null],
      ['urgency', 1],
    ]);
  });

  it('is refused with every field that does not fit', () => {
    const error = errorOf(() => parseEventData(HandoffRequested, { reason: 5, extra: 1 }));
    expect(error.errors).toEqual([
      { field: 'data.reason', message: 'must be a string' },
      { field: 'data.urgency', message: 'is missing; it must be a number' },
      { field: 'data.extra', message: 'is unknown. Remove it.' },
    ]);
  });

  it.each([undefined, null, 'text', []])('of %j is no object', (data) => {
    const { errors } = errorOf(() => parseEventData(HandoffRequested, data));
    expect(errors).toEqual([{ field: 'data', message: expect.stringMatching(/must be an object$/) }]);
  });

  it('keeps an object as it is, whatever its keys are called', () => {
    const metadata = JSON.parse('{"__proto__":{"a":1},"constructor":2,"b":{"c":[]}}') as object;
    const Started = builtInEvents[1];
    const data = parseEventData(Started, {
      conversationId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091',
      metadata,
    });
    expect(JSON.stringify(data['metadata'])).toBe(JSON.stringify(metadata));
  });
});
