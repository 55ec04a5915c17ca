import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { AccessModule, API_KEY_SECURITY, SCOPES } from '../access/index.js';
import { ChatbotSettingsModule } from '../chatbot-settings/index.js';
import { describeProblems } from '../common/index.js';
import { Environment, PRODUCT } from '../config/index.js';
import { DeliveriesModule } from '../deliveries/index.js';
import { DeliveryModule } from '../delivery/index.js';
import { EventCatalog, type EventDefinition, EventsModule } from '../events/index.js';
import { OperationsModule } from '../operations/index.js';
import { describeFields } from './fields.js';
import { webhookOf } from './event-webhook.js';

const DESCRIPTION = `Signed webhooks for chatbots: settings, deliveries and events.

Send the API key as \`Authorization: Bearer <key>\`. Errors are RFC 9457 problem details with a stable \`code\`.
Times are ISO 8601 UTC. Lists are \`{items, nextCursor}\`; pass \`nextCursor\` as \`?cursor=\` for the next page.
Scopes of organization keys: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}. The platform key may do everything.`;

const TAGS = {
  Organizations: 'Who owns chatbots, and their plans. For the platform key.',
  'API keys': 'Keys of an organization, with scopes. For the platform key.',
  Chatbots: 'What the platform says of its chatbots.',
  'Webhook settings': "A chatbot's webhook: URL, secret, events.",
  Events: 'What can happen, and that it did.',
  Deliveries: 'What was sent, how it went, and sending it again.',
  Access: 'Whose key this is, and who did what.',
  Operations: 'For the machines that run this.',
  'What receivers get': 'The requests that we send, one for each event type.',
};

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
    });
  for (const [name, description] of Object.entries(TAGS)) config.addTag(name, description);
  const document = SwaggerModule.createDocument(app, config.build(), {
    include: DESCRIBED,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const events = app.get(EventCatalog).list();
  // Empty where nobody sets them.
  delete document.servers;
  delete document.info.contact;
  describeFields(document);
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
