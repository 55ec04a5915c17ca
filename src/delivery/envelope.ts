/** What a receiver gets around the data. The order of the keys is part of the contract. */
export interface Envelope {
  readonly eventType: string;
  readonly chatbotId: string;
  readonly chatbotName: string;
  readonly organizationId: string;
  /** ISO 8601 UTC: when the event occurred. */
  readonly timestamp: string;
  readonly deliveryId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The body: serialised once, then stored, signed and sent as these bytes. JSON.stringify escapes NUL and lone
 * surrogates, so whatever a visitor typed becomes valid UTF-8.
 */
export function serialiseEnvelope(envelope: Envelope): string {
  const { eventType, chatbotId, chatbotName, organizationId, timestamp, deliveryId, data } = envelope;
  return JSON.stringify({ eventType, chatbotId, chatbotName, organizationId, timestamp, deliveryId, data });
}
