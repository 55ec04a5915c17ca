import { type EventDefinition, jsonSchemaOf } from '../events/index.js';

/** The request that receivers get for one event type, as OpenAPI 3.1 describes it under `webhooks`. */
export function webhookOf(
  { type, label, description, data, example }: EventDefinition,
  prefix: string,
): object {
  const uuid = { type: 'string', format: 'uuid' };
  const header = (name: string, text: string, required = true) => ({
    name,
    in: 'header',
    required,
    description: text,
    schema: { type: 'string' },
  });
  const envelope = {
    eventType: { type: 'string', const: type },
    chatbotId: uuid,
    chatbotName: { type: 'string' },
    organizationId: uuid,
    timestamp: { type: 'string', format: 'date-time', description: 'When the event occurred, UTC.' },
    deliveryId: { ...uuid, description: 'The same at every attempt: deduplicate on it.' },
    data: withoutDialect(jsonSchemaOf(data)),
  };
  return {
    post: {
      operationId: `webhook_${type.replaceAll('.', '_')}`,
      summary: label,
      description,
      tags: ['What receivers get'],
      security: [],
      parameters: [
        header(`${prefix}-Event`, 'The event type.'),
        header(`${prefix}-Delivery-Id`, 'The `deliveryId`.'),
        header(`${prefix}-Attempt`, 'Number of the attempt, from 1.'),
        header(`${prefix}-Test`, '`true` on test deliveries.', false),
        header(
          `${prefix}-Signature`,
          '`sha256=` and the hex HMAC-SHA256 of the body, if there is a secret.',
          false,
        ),
        header('webhook-id', 'Standard Webhooks: the `deliveryId`.', false),
        header('webhook-timestamp', 'Standard Webhooks: seconds since 1970, of this attempt.', false),
        header(
          'webhook-signature',
          'Standard Webhooks: `v1,` and a signature, one for each living secret.',
          false,
        ),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', properties: envelope, required: Object.keys(envelope) },
            example: {
              eventType: type,
              chatbotId: '0190b7a4-0000-7000-8000-000000000001',
              chatbotName: 'Support Bot',
              organizationId: '0190b7a4-0000-7000-8000-000000000002',
              timestamp: '2026-01-31T09:30:00.000Z',
              deliveryId: '0190b7a4-0000-7000-8000-000000000003',
              data: example,
            },
          },
        },
      },
      responses: { '2XX': { description: 'Received. Anything else is tried again, by the schedule.' } },
    },
  };
}

/** Inside an OpenAPI 3.1 document the dialect is known. */
function withoutDialect({ $schema: _, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return schema;
}
