/** What an organization's API key may be allowed to do. The platform key needs none of them. */
export const SCOPES = [
  'chatbots:read',
  'chatbots:write',
  'webhooks:read',
  'webhooks:write',
  'secrets:read',
  'deliveries:read',
  'deliveries:write',
  'events:write',
  'audit:read',
] as const;

export type Scope = (typeof SCOPES)[number];

export const isScope = (text: unknown): text is Scope => (SCOPES as readonly unknown[]).includes(text);
