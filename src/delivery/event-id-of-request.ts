import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FieldError } from '../common/index.js';
import { EVENT_ID_RULE, isEventId } from '../events/index.js';

const HEADER = 'Idempotency-Key';

export interface EventIdOfRequest {
  readonly eventId: string | undefined;
  readonly errors: readonly FieldError[];
}

/** The event's id as the caller says it: in the body, in the header, or in both alike. */
export function eventIdOf(request: IncomingMessage, inBody: string | undefined): EventIdOfRequest {
  const headers = request.headersDistinct[HEADER.toLowerCase()];
  if (headers === undefined) return { eventId: inBody, errors: [] };
  const refused = (field: string, message: string) => ({ eventId: undefined, errors: [{ field, message }] });
  const [header = '', ...more] = headers;
  if (more.length > 0) return refused(HEADER, 'was sent more than once; send one of them');
  // Node reads headers as Latin-1.
  const bytes = Buffer.from(header, 'latin1');
  if (!isUtf8(bytes)) return refused(HEADER, 'must be UTF-8');
  const inHeader = bytes.toString();
  if (!isEventId(inHeader)) return refused(HEADER, EVENT_ID_RULE);
  if (inBody !== undefined && inBody !== inHeader) {
    return refused('eventId', `differs from the header ${HEADER}; send one of them`);
  }
  return { eventId: inHeader, errors: [] };
}
