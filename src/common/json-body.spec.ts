import type { NextFunction, Request, Response } from 'express';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { jsonBody, refuseUnreadableBody } from './json-body.js';

/** @returns the body that the next handler sees, or the code of the problem */
async function read(body: string | Buffer, headers: Record<string, string> = {}): Promise<unknown> {
  const request = Object.assign(Readable.from([Buffer.from(body as string)]), {
    headers: {
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
      ...headers,
    },
    is: (type: string) => (request.headers['content-type'].startsWith(type) ? type : false),
  });
  const error = await new Promise((next) => {
    jsonBody()(request as unknown as Request, {} as Response, next as NextFunction);
  });
  expect(error).toBeUndefined();
  const { body: seen } = request as unknown as Request;
  try {
    refuseUnreadableBody(request as unknown as Request);
    return seen;
  } catch (problem) {
    expect(seen).toBeUndefined();
    const { code, status } = problem as { code?: string; status?: number };
    // Nest takes an error with a status for one of its own.
    return status === undefined ? code : { code, status };
  }
}

describe('the reader of JSON bodies', () => {
  it.each([
    ['an object', '{"a":[1,{"b":"é👋"}]}', { a: [1, { b: 'é👋' }] }],
    ['a bare value', 'null', null],
    ['64 levels', '['.repeat(64) + ']'.repeat(64), JSON.parse('['.repeat(64) + ']'.repeat(64))],
    ['brackets in strings', `{"a":"${'['.repeat(100)}\\"${'{'.repeat(100)}"}`, expect.any(Object)],
  ])('takes %s', async (_what, body, expected) => {
    expect(await read(body)).toEqual(expected);
  });

  it.each([
    ['65 levels', '['.repeat(65) + ']'.repeat(65), 'validation_failed'],
    ['65 levels of objects, never closed', '{"a":'.repeat(65), 'validation_failed'],
    ['half a document', '{"a":', 'malformed_json'],
    ['a bare word', 'five', 'malformed_json'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'malformed_json'],
    ['256 KiB and a byte', `"${'x'.repeat(256 * 1024 - 1)}"`, 'payload_too_large'],
  ])('refuses %s', async (_what, body, code) => expect(await read(body)).toBe(code));

  it('reads no body where there is none', async () => {
    expect(await read('', { 'content-length': '0' })).toBeUndefined();
  });

  it.each([
    'text/plain',
    'application/json; charset=utf-16',
    'application/json;charset="utf-7"',
    'application/json; charset=latin1',
  ])('refuses %s, in which brackets would be other bytes', async (type) =>
    expect(await read('{}', { 'content-type': type })).toBe('unsupported_media_type'),
  );

  it.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'application/json; a=b'])(
    'takes %s',
    async (type) => expect(await read('{}', { 'content-type': type })).toEqual({}),
  );

  it('unpacks gzip within the same bounds', async () => {
    const gzip = { 'content-encoding': 'gzip' };
    const packed = (text: string) => {
      const bytes = gzipSync(text);
      return read(bytes, { ...gzip, 'content-length': String(bytes.length) });
    };
    expect(await packed('{"a":1}')).toEqual({ a: 1 });
    expect(await packed(`{"a":"${'x'.repeat(1_000_000)}"}`)).toBe('payload_too_large');
    expect(await packed('['.repeat(1000))).toBe('validation_failed');
    expect(await read('{}', gzip)).toBe('malformed_json');
    expect(await read('{}', { 'content-encoding': 'rot13' })).toBe('unsupported_media_type');
  });
});
