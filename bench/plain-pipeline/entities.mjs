import { EntitySchema } from 'typeorm';

// The product's own tables, with just the columns that a first version would fill.

export const Settings = new EntitySchema({
  name: 'Settings',
  schema: 'chatbot_webhooks',
  tableName: 'webhook_settings',
  columns: {
    chatbotId: { name: 'chatbot_id', type: 'uuid', primary: true },
    organizationId: { name: 'organization_id', type: 'uuid' },
    version: { type: 'integer' },
    isEnabled: { name: 'is_enabled', type: 'boolean' },
    url: { type: 'text', nullable: true },
    eventTypes: { name: 'event_types', type: 'text', array: true },
    secret: { name: 'secret_ciphertext', type: 'text', nullable: true },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});

export const Delivery = new EntitySchema({
  name: 'Delivery',
  schema: 'chatbot_webhooks',
  tableName: 'delivery',
  columns: {
    id: { type: 'uuid', primary: true },
    organizationId: { name: 'organization_id', type: 'uuid' },
    chatbotId: { name: 'chatbot_id', type: 'uuid' },
    eventId: { name: 'event_id', type: 'text' },
    eventType: { name: 'event_type', type: 'text' },
    isTest: { name: 'is_test', type: 'boolean' },
    requestBody: { name: 'request_body', type: 'bytea' },
    status: { type: 'text' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    attemptCount: { name: 'attempt_count', type: 'integer' },
    wakeAt: { name: 'wake_at', type: 'timestamptz', nullable: true },
    completedAt: { name: 'completed_at', type: 'timestamptz', nullable: true },
    responseStatus: { name: 'response_status', type: 'integer', nullable: true },
    durationMs: { name: 'duration_ms', type: 'integer', nullable: true },
  },
});

export const Attempt = new EntitySchema({
  name: 'Attempt',
  schema: 'chatbot_webhooks',
  tableName: 'delivery_attempt',
  columns: {
    deliveryId: { name: 'delivery_id', type: 'uuid', primary: true },
    number: { type: 'integer', primary: true },
    startedAt: { name: 'started_at', type: 'timestamptz' },
    durationMs: { name: 'duration_ms', type: 'integer' },
    url: { type: 'text' },
    responseStatus: { name: 'response_status', type: 'integer', nullable: true },
    responseHeaders: { name: 'response_headers', type: 'jsonb', nullable: true },
    responseBody: { name: 'response_body', type: 'bytea', nullable: true },
    isResponseBodyTruncated: { name: 'is_response_body_truncated', type: 'boolean' },
    errorCode: { name: 'error_code', type: 'text', nullable: true },
    errorMessage: { name: 'error_message', type: 'text', nullable: true },
  },
});
