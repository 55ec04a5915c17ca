import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { json } from 'express';
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { DomainError, ValidationError } from './domain-error.js';

const LIMIT_BYTES = 256 * 1024;
export const MAX_DEPTH = 64;

export const nestedTooDeep = () =>
  new ValidationError([{ field: 'body', message: `is nested deeper than ${MAX_DEPTH} levels` }]);

const problems = new WeakMap<IncomingMessage, unknown>();

/**
 * Reads JSON bodies within the contract's bounds. Depth is counted on the bytes, before anything recursive
 * runs: 10 KB of `[` would crash whoever walks the result.
 *
 * What is wrong with a body is kept for {@link refuseUnreadableBody}, and there is none then: who is asking, and
 * for what, comes first.
 */
export function jsonBody(): RequestHandler {
  const read = json({
    limit: LIMIT_BYTES,
    type: () => true,
    // `null` and `5` are JSON as well: what they are not is what a route asks for.
    strict: false,
    verify: (_request, _response, body) => refuseUnfit(body),
  });
  return (request: Request, response: Response, next: NextFunction) => {
    if (!hasBody(request)) return next();
    const goOn = (problem: unknown) => {
      if (problem !== undefined) problems.set(request, problem);
      next();
    };
    if (!request.is('application/json') || !isUtf8Charset(request)) return goOn(notJson());
    read(request, response, (error?: unknown) => goOn(error === undefined ? undefined : problemOf(error)));
  };
}

/** @throws what is wrong with the request's body; call it once the caller is known. */
export function refuseUnreadableBody(request: IncomingMessage): void {
  if (problems.has(request)) throw problems.get(request);
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Depth is counted on bytes, which in UTF-7 or UTF-16 would be other characters than those that are parsed. */
const isUtf8Charset = ({ headers }: Request): boolean =>
  /^"?utf-?8"?$/i.test(/;\s*charset\s*=\s*([^;\s]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8');

const notJson = () =>
  new DomainError('unsupported_media_type', 'Send the body as Content-Type: application/json, in UTF-8.');

function refuseUnfit(body: Buffer): void {
  if (!isUtf8(body)) throw new DomainError('malformed_json', 'The body is not UTF-8.');
  if (depthOf(body) > MAX_DEPTH) throw nestedTooDeep();
}

/** Levels of `[` and `{` outside of strings; the text need not be valid JSON. */
function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (isInString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) isInString = false;
    } else if (byte === 0x22) isInString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}

/** The body parser's errors carry a `type`, but for those of zlib. */
function problemOf(error: unknown): unknown {
  // What `verify` threw, to which the parser has added a status of its own: Nest would believe that one.
  if (error instanceof DomainError) return new DomainError(error.code, error.message, error.detail);
  const { type, message, code } = error as { type?: string; message?: string; code?: string };
  if (/^(Z|ERR)_/.test(code ?? '')) return new DomainError('malformed_json', 'The body cannot be unpacked.');
  switch (type) {
    case 'entity.too.large':
      return new DomainError('payload_too_large', 'The body is larger than 256 KiB. Send less.');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new DomainError('unsupported_media_type', 'Send the body as UTF-8, plain or gzip.');
    case undefined:
      return error;
    default:
      return new DomainError('malformed_json', `The body is not JSON: ${message ?? 'it ended early'}.`);
  }
}
