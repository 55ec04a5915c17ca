import { builtInEvents, LeadCaptured } from './chatbot-event-types.js';
import { defineEvent } from './define-event.js';
import { EventCatalog, judgeEventData } from './event-catalog.js';
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
  const dataOf = (data: unknown) => {
    const verdict = judgeEventData(HandoffRequested, data);
    return verdict.kind === 'fits' ? verdict.data : verdict.errors;
  };

  it('gets null for every nullable key that is missing, and keeps the order of the declaration', () => {
    expect(Object.entries(dataOf({ urgency: 1 }))).toEqual([
      ['reason', null],
      ['urgency', 1],
    ]);
  });

  it('is refused with every field that does not fit', () => {
    expect(dataOf({ reason: 5, extra: 1 })).toEqual([
      { field: 'data.reason', message: 'must be a string' },
      { field: 'data.urgency', message: 'is missing; it must be a number' },
      { field: 'data.extra', message: 'is unknown. Remove it.' },
    ]);
  });

  it.each([undefined, null, 'text', []])('of %j is no object, of whatever type', (data) => {
    const errors = [{ field: 'data', message: expect.stringMatching(/must be an object$/) }];
    expect(dataOf(data)).toEqual(errors);
    expect(judgeEventData(undefined, data)).toEqual({ kind: 'refused', errors });
  });

  const Started = builtInEvents[1];
  const conversationId = '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091';

  it('keeps an object as it is, whatever its keys are called', () => {
    const metadata = JSON.parse('{"__proto__":{"a":1},"constructor":2,"b":{"c":[]}}') as object;
    const verdict = judgeEventData(Started, { conversationId, metadata });
    const kept = verdict.kind === 'fits' && verdict.data['metadata'];
    expect(JSON.stringify(kept)).toBe(JSON.stringify(metadata));
  });

  it('is refused with every number that JSON would turn into null', () => {
    const metadata: Record<string, unknown> = JSON.parse('{"a":[1,{"b":-1e400}],"c":1e400,"d":1e308}');
    const message = 'must be a finite number';
    expect(judgeEventData(Started, { conversationId, metadata: { ...metadata, e: NaN } })).toEqual({
      kind: 'refused',
      errors: ['a.1.b', 'c', 'e'].map((path) => ({ field: `data.metadata.${path}`, message })),
    });
    expect(dataOf({ urgency: Infinity })).toEqual([{ field: 'data.urgency', message: 'must be a number' }]);
  });

  it('is refused with whatever else JSON cannot hold', () => {
    const metadata: Record<string, unknown> = { list: [1n, undefined], call: () => 1 };
    metadata['self'] = { metadata };
    expect(judgeEventData(Started, { conversationId, metadata })).toEqual({
      kind: 'refused',
      errors: [
        { field: 'data.metadata.list.0', message: 'is nothing that JSON can hold' },
        { field: 'data.metadata.list.1', message: 'is nothing that JSON can hold' },
        { field: 'data.metadata.call', message: 'is nothing that JSON can hold' },
        { field: 'data.metadata.self.metadata', message: 'must not hold itself' },
      ],
    });
    const disguised = { toJSON: () => 'text' };
    expect(judgeEventData(Started, { conversationId, metadata: disguised }).kind).toBe('refused');
  });

  it('is a copy, as JSON writes it: what its owner changes afterwards changes nothing', () => {
    const twice = { at: new Date('2026-01-31T09:30:00Z') };
    const metadata: Record<string, unknown> = { one: twice, other: [twice], none: undefined };
    const verdict = judgeEventData(Started, { conversationId, metadata });
    metadata['one'] = 'changed';
    const written = { at: '2026-01-31T09:30:00.000Z' };
    expect(verdict).toMatchObject({ kind: 'fits', data: { metadata: { one: written, other: [written] } } });
  });
});
