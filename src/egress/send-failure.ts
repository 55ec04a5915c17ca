import { AxiosError } from 'axios';

/** Stable codes of what went wrong between us and a receiver: PRODUCT contract, "Delivery and retries". */
export type SendFailureCode =
  'timeout' | 'dns' | 'connection_refused' | 'connection_reset' | 'network' | 'tls' | 'blocked_address';

/** What a receiver had answered. */
export interface ReceivedResponse {
  status: number;
  /** Lower-case names; an array where the receiver sent a header several times. */
  headers: Record<string, string | string[]>;
  /** The first 16 KiB, as sent: never decompressed, any bytes at all. */
  body: Buffer;
  /** Whether `body` lacks something that the receiver sent or had announced. */
  isBodyTruncated: boolean;
}

/**
 * A request that ended without a whole answer. An AxiosError, so that a host's interceptors see what they
 * expect. `message` is for admins: plain words, no resolved address, no internal name.
 */
export class SendFailure extends AxiosError {
  override readonly name = 'SendFailure';
  declare readonly code: SendFailureCode;
  /** What had arrived before it was cut off. */
  partialResponse: ReceivedResponse | null = null;

  constructor(code: SendFailureCode, message: string, cause?: unknown) {
    super(message, code);
    if (cause !== undefined) this.cause = cause as Error;
  }
}

export const blockedAddress = () =>
  new SendFailure('blocked_address', 'The webhook URL does not lead to a public address.');

export const timedOut = (timeoutMs: number) =>
  new SendFailure('timeout', `The receiver gave no complete answer within ${timeoutMs / 1000} s.`);

const CUT_OFF = 'The connection was closed before the whole answer had arrived.';
const RESET = 'The connection was closed before an answer arrived.';
const NOT_HTTP = 'The answer was not valid HTTP.';
const UNASKED_FOR = 'The receiver sent an interim answer or an upgrade that was not asked for.';
const UNREACHABLE = 'The receiver could not be reached.';

const BY_CODE: Record<string, readonly [SendFailureCode, string]> = {
  ECONNREFUSED: ['connection_refused', 'The receiver refused the connection.'],
  ECONNRESET: ['connection_reset', RESET],
  EPIPE: ['connection_reset', RESET],
  ECONNABORTED: ['connection_reset', RESET],
  UND_ERR_SOCKET: ['connection_reset', RESET],
  ETIMEDOUT: ['timeout', 'The connection to the receiver timed out.'],
  EHOSTUNREACH: ['network', UNREACHABLE],
  ENETUNREACH: ['network', UNREACHABLE],
  EADDRNOTAVAIL: ['network', UNREACHABLE],
  UND_ERR_HEADERS_OVERFLOW: ['network', "The answer's headers were larger than 16 KiB."],
};

const CERTIFICATE_MESSAGES: Record<string, string> = {
  CERT_HAS_EXPIRED: "The receiver's certificate has expired.",
  CERT_NOT_YET_VALID: "The receiver's certificate is not valid yet.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The receiver's certificate is self-signed.",
  SELF_SIGNED_CERT_IN_CHAIN: "The receiver's certificate comes from an authority that is not trusted.",
  UNABLE_TO_GET_ISSUER_CERT: "The receiver's certificate chain is incomplete.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "The receiver's certificate comes from an authority that is not trusted, or its chain is incomplete.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "The receiver's certificate comes from an authority that is not trusted, or its chain is incomplete.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The receiver's certificate is for another host name.",
};

/** Sorts whatever a socket, TLS or the HTTP parser raised. `hasResponse`: the headers had arrived. */
export function toSendFailure(error: unknown, hasResponse = false): SendFailure {
  if (error instanceof SendFailure) return error;
  const code = errorCode(error);
  const parserFailure = toParserFailure(error, code, hasResponse);
  if (parserFailure !== null) return parserFailure;
  const known = BY_CODE[code];
  if (known !== undefined) {
    const [failureCode, message] = known;
    return new SendFailure(failureCode, hasResponse && message === RESET ? CUT_OFF : message, error);
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return toTlsFailure(error);
  return new SendFailure('network', 'The request failed on the network.', error);
}

/** What undici's parser does not accept; its errors are told apart by name and text, for want of codes. */
function toParserFailure(error: unknown, code: string, hasResponse: boolean): SendFailure | null {
  const { name, message } = error as Error;
  const isCutOff =
    (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && hasResponse) || message.includes('Invalid EOF state');
  if (isCutOff) return new SendFailure('connection_reset', CUT_OFF, error);
  if (name === 'HTTPParserError' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return new SendFailure('network', NOT_HTTP, error);
  }
  const isUnaskedFor = code === 'UND_ERR_SOCKET' && ['bad response', 'bad upgrade'].includes(message);
  return isUnaskedFor ? new SendFailure('network', UNASKED_FOR, error) : null;
}

/** As {@link toSendFailure}, for what is raised while the TLS session is being set up. */
export function toTlsFailure(error: unknown): SendFailure {
  const code = errorCode(error);
  if (error instanceof SendFailure || BY_CODE[code] !== undefined) return toSendFailure(error);
  const message = CERTIFICATE_MESSAGES[code] ?? 'No secure connection (TLS 1.2 or newer) could be agreed on.';
  return new SendFailure('tls', message, error);
}

function errorCode(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
