import { defineEvent, type EventData, type EventInput } from './define-event.js';
import { jsonSchemaOf } from './dto/event-type.dto.js';
import { field } from './event-fields.js';

const declaration = {
  type: 'order.paid',
  label: 'Order Paid',
  description: 'An order was paid.',
  data: {
    orderId: field.uuid(),
    note: field.nullable(field.text()),
    tags: field.textList(),
    meta: field.object(),
  },
  example: { orderId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091', tags: [], meta: {} },
};

describe('an event type', () => {
  it('is one declaration: schema and sample follow from it', () => {
    const OrderPaid = defineEvent(declaration);
    expect(OrderPaid.example).toEqual({ ...declaration.example, note: null });
    expect(Object.isFrozen(OrderPaid)).toBe(true);
    expect(jsonSchemaOf(OrderPaid.data)).toMatchObject({
      type: 'object',
      required: ['orderId', 'note', 'tags', 'meta'],
      additionalProperties: false,
      properties: {
        orderId: { type: 'string', format: 'uuid' },
        note: { type: ['string', 'null'] },
        tags: { type: 'array', items: { type: 'string' } },
        meta: { type: 'object' },
      },
    });
  });

  it('types what may be emitted and what is received', () => {
    const OrderPaid = defineEvent(declaration);
    const input: EventInput<typeof OrderPaid> = { orderId: 'x', tags: [], meta: {} };
    // @ts-expect-error a number is no text: a wrong payload does not compile
    const wrong: EventInput<typeof OrderPaid> = { orderId: 'x', tags: [], meta: {}, note: 5 };
    // @ts-expect-error receivers always see the key
    const received: EventData<typeof OrderPaid> = { orderId: 'x', tags: [], meta: {} };
    expect([OrderPaid, input, wrong, received]).toHaveLength(4);
  });

  it.each([
    'paid',
    'Order.paid',
    'order paid',
    'order..paid',
    '.paid',
    'order.paid.',
    'order.2',
    '',
    `a.${'b'.repeat(99)}`,
  ])('is not called %j', (type) =>
    expect(() => defineEvent({ ...declaration, type })).toThrow('must be lower-case words'),
  );

  it('is not one that the library emits itself', () => {
    expect(() => defineEvent({ ...declaration, type: 'webhook.failed' })).toThrow(
      'must not begin with "webhook."',
    );
  });

  it('needs an example that fits', () => {
    const example = { ...declaration.example, orderId: 'order-1' };
    expect(() => defineEvent({ ...declaration, example })).toThrow(
      /example of event type "order.paid".*\n?.*UUID/s,
    );
  });
});
