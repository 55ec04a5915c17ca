import type { OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { PROBLEMS_EXTENSION } from './api-problems.decorator.js';
import { PROBLEM_STATUS, type ProblemCode } from './domain-error.js';

/** What a reader of the API documentation sees beside each code. */
const SUMMARY: Record<ProblemCode, string> = {
  validation_failed: 'The input does not fit, or nests deeper than 64 levels; `errors` names each field.',
  malformed_json: 'The body is not JSON.',
  unauthenticated: 'No API key, or one that is unknown, revoked or expired.',
  insufficient_scope: 'The API key lacks a scope that this route needs.',
  plan_required: "The organization's plan does not include webhooks; `requiredPlans` names those that do.",
  not_found: 'The id names nothing in the organization of the API key.',
  secret_not_configured: 'The chatbot has no webhook secret.',
  conflict: 'The state of things does not allow this.',
  webhook_not_saved: 'The webhook settings have to be saved first, with a URL.',
  delivery_pending: 'The delivery is still on its way.',
  stale: 'Somebody else changed it since; read it again.',
  payload_too_large: 'The body is larger than 256 KiB.',
  unsupported_media_type: 'The body has to be `application/json`.',
  rate_limited: 'Too many requests; wait for the seconds in `Retry-After`.',
  unavailable: 'A part that is needed cannot be reached; nothing was accepted, try again.',
};

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457 problem details, as every error answers.',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', example: 'about:blank' },
    title: { type: 'string', description: 'The HTTP status in words.', example: 'Bad Request' },
    status: { type: 'integer', minimum: 400, maximum: 599, example: 400 },
    detail: { type: 'string', description: 'What is wrong and what to do next, for a person.' },
    code: {
      type: 'string',
      description: 'Stable; what programs branch on.',
      enum: [...Object.keys(PROBLEM_STATUS), 'internal_error'],
    },
    instance: { type: 'string', description: 'The path that was asked for.', example: '/v1/chatbots' },
    errors: {
      type: 'array',
      description: 'Each field that does not fit.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: {
          field: { type: 'string', description: 'Path in the input.', example: 'url' },
          message: { type: 'string', example: 'must start with https://' },
        },
      },
    },
    requiredPlans: { type: 'array', items: { type: 'string' }, example: ['pro', 'business', 'enterprise'] },
  },
};

/** Adds to each operation the problem+json answers that its `@ApiProblems` name. Changes `document`. */
export function describeProblems(document: OpenAPIObject): OpenAPIObject {
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA as never },
  };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item as Record<string, Operation>)) {
      const codes = operation?.[PROBLEMS_EXTENSION];
      if (codes === undefined) continue;
      delete operation[PROBLEMS_EXTENSION];
      const all = operation.requestBody === undefined ? codes : [...new Set([...codes, ...BODY_PROBLEMS])];
      const example = { path, field: fieldOf(operation, document) };
      operation.responses = { ...operation.responses, ...responsesFor(all, example) };
    }
  }
  return document;
}

/** What every route with a body may answer. */
const BODY_PROBLEMS: readonly ProblemCode[] = [
  'validation_failed',
  'malformed_json',
  'payload_too_large',
  'unsupported_media_type',
];

interface Operation {
  [PROBLEMS_EXTENSION]?: ProblemCode[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content?: Record<string, { schema?: { $ref?: string } }> };
  responses?: Record<string, unknown>;
}

interface Example {
  readonly path: string;
  /** That could be wrong. */
  readonly field: string;
}

/** The first field of the body, else the last parameter: that of a query, if there is one. */
function fieldOf({ requestBody, parameters = [] }: Operation, document: OpenAPIObject): string {
  const [name = ''] = /\w+$/.exec(requestBody?.content?.['application/json']?.schema?.$ref ?? '') ?? [];
  const schema = document.components?.schemas?.[name];
  const [field] = Object.keys((schema && 'properties' in schema && schema.properties) || {});
  return field ?? parameters.filter((parameter) => parameter.in !== 'header').at(-1)?.name ?? 'body';
}

function responsesFor(codes: readonly ProblemCode[], about: Example): Record<string, unknown> {
  const statuses = new Set(codes.map((code) => PROBLEM_STATUS[code]));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const sameStatus = codes.filter((code) => PROBLEM_STATUS[code] === status);
      const response = {
        description: sameStatus.map((code) => `\`${code}\`: ${SUMMARY[code]}`).join('\n\n'),
        ...(status === 429 || status === 503 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(sameStatus.map((code) => [code, { value: exampleOf(code, about) }])),
          },
        },
      };
      return [status, response];
    }),
  );
}

const RETRY_AFTER = { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } };

function exampleOf(code: ProblemCode, { path, field }: Example): Record<string, unknown> {
  const status = PROBLEM_STATUS[code];
  return {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: SUMMARY[code],
    code,
    instance: path,
    ...(code === 'validation_failed' ? { errors: [{ field, message: 'What it has to be.' }] } : {}),
    ...(code === 'plan_required' ? { requiredPlans: ['pro', 'business', 'enterprise'] } : {}),
  };
}
