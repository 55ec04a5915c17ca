import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { AccessModule, API_KEY_SECURITY, SCOPES } from './access/index.js';
import { ChatbotSettingsModule } from './chatbot-settings/index.js';
import { describeProblems } from './common/index.js';
import { Environment, PRODUCT } from './config/index.js';
import { DeliveriesModule } from './deliveries/index.js';
import { DeliveryModule } from './delivery/index.js';
import { EventCatalog, type EventDefinition, EventsModule, jsonSchemaOf } from './events/index.js';
import { OperationsModule } from './operations/index.js';

const DESCRIPTION = `Signed webhooks for chatbots: settings, deliveries and events.

Send the API key as \`Authorization: Bearer <key>\`. Errors are RFC 9457 problem details with a stable \`code\`.
Times are ISO 8601 UTC. Lists are \`{items, nextCursor}\`; pass \`nextCursor\` as \`?cursor=\` for the next page.
Scopes of organization keys: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}. The platform key may do everything.`;

/** Rooms with routes. A host's own routes are for its own document. */
const DESCRIBED = [
  AccessModule,
  ChatbotSettingsModule,
  DeliveriesModule,
  DeliveryModule,
  EventsModule,
  OperationsModule,
];

/** The OpenAPI 3.1 document: the API's routes, and under `webhooks` the requests that receivers get. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Chatbot Webhooks')
    .setDescription(DESCRIPTION)
    .setVersion(PRODUCT.version)
    .addSecurity(API_KEY_SECURITY, {
      type: 'http',
      scheme: 'bearer',
      description: 'An API key, or a token of your identity provider.',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    include: DESCRIBED,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const events = app.get(EventCatalog).list();
  nameEventTypes(document, events);
  const { WEBHOOK_HEADER_PREFIX } = app.get(Environment);
  return Object.assign(describeProblems(document), {
    webhooks: Object.fromEntries(
      events.map((event) => [event.type, webhookOf(event, WEBHOOK_HEADER_PREFIX)]),
    ),
  });
}

/** Lists the known types, hosts' own included, wherever an `eventType` is asked for. */
function nameEventTypes(document: OpenAPIObject, events: readonly EventDefinition[]): void {
  const types = events.map(({ type }) => type);
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    const properties = ('properties' in schema && schema.properties) || {};
    const eventType = properties['eventType'] as { enum?: string[] } | undefined;
    if (eventType) eventType.enum = types;
    const selected = properties['events'] as { items?: { enum?: string[] } } | undefined;
    if (selected?.items) selected.items.enum = types;
  }
}

function webhookOf({ type, label, description, data, example }: EventDefinition, prefix: string): object {
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
