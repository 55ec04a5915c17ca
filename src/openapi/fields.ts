import type { OpenAPIObject } from '@nestjs/swagger';

interface Schema {
  type?: string | string[];
  format?: string;
  example?: unknown;
  examples?: unknown;
  properties?: Record<string, Schema>;
}

interface Operation {
  summary?: string;
  description?: string;
  'x-required-scopes'?: string[];
  parameters?: { name: string; in: string; description?: string; schema?: Schema }[];
  responses?: Record<string, { description?: string; headers?: object }>;
}

/** Ids that callers choose, or that are no UUIDs for another reason. */
const FREE_IDS = new Set(['eventId', 'webhookId', 'subjectId']);

const WORDS_FOR_STATUS: Record<string, string> = {
  200: 'Done; this is how it stands now.',
  201: 'Created.',
  202: 'Accepted: recorded, and under way.',
  204: 'Done; there is nothing to say.',
};

const WORDS_FOR_PARAMETER: Record<string, string> = { deliveryId: 'The delivery.', keyId: 'The API key.' };

const EXAMPLE_TIME = '2026-01-31T09:30:00.000Z';
const EXAMPLE_ID = '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091';

/**
 * Says what the Swagger plugin cannot know, by the one convention that names follow in this API: `…At` is a
 * time, `id` and `…Id` are UUIDs, counts and milliseconds are whole numbers. Changes `document`.
 */
export function describeFields(document: OpenAPIObject): void {
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    for (const [name, field] of Object.entries((schema as Schema).properties ?? {})) addFormat(name, field);
  }
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item as Record<string, Operation>))
      describeOperation(path, operation);
  }
}

function addFormat(name: string, field: Schema): void {
  nameFormat(name, field);
  if (field.example !== undefined || field.examples !== undefined) return;
  if (field.format === 'date-time') field.example = EXAMPLE_TIME;
  if (field.format === 'uuid') field.example = EXAMPLE_ID;
}

function nameFormat(name: string, field: Schema): void {
  if (field.format !== undefined) return;
  const types = [field.type].flat();
  if (types.includes('string')) {
    if (/At$|^(since|until|timestamp)$/.test(name)) field.format = 'date-time';
    else if (/^id$|Id$/.test(name) && !FREE_IDS.has(name)) field.format = 'uuid';
  } else if (
    types.includes('number') &&
    /Count$|Ms$|Status$|Seconds$|^(number|delivered|failed|pending)$/.test(name)
  ) {
    field.type =
      types.length > 1 ? types.map((type) => (type === 'number' ? 'integer' : String(type))) : 'integer';
  }
}

function describeOperation(path: string, operation: Operation): void {
  // Swagger UI shows a summary as one line of plain text, and no scopes.
  const [first = '', ...more] = (operation.summary ?? '').split(/(?<=\.)\s+/);
  operation.summary = first.replaceAll('`', '');
  operation.description = [more.join(' '), wordsForScopes(operation['x-required-scopes'])]
    .filter((text) => text !== '')
    .join('\n\n');
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in !== 'path') continue;
    const [, owner] = /\/(\w+)s\/\{id\}/.exec(path) ?? [];
    parameter.description ??= WORDS_FOR_PARAMETER[parameter.name] ?? `The ${owner}.`;
    if (parameter.schema) parameter.schema.format = 'uuid';
  }
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    response.description ||= WORDS_FOR_STATUS[status] ?? 'As described.';
    if (status === '200' && /\/webhook(\/secret\/regenerate)?$/.test(path))
      response.headers = { ETag: ETAG, ...response.headers };
  }
}

function wordsForScopes(scopes: readonly string[] | undefined): string {
  if (!scopes) return '';
  if (scopes.length === 0) return 'Any API key.';
  if (scopes.includes('platform')) return 'The platform key only.';
  return `Scope: ${scopes.map((scope) => `\`${scope}\``).join(' and ')}.`;
}

const ETAG = {
  description: 'The version, for If-Match.',
  schema: { type: 'string', example: '"3.qL8x0VbT2mYw"' },
};
