import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { isAxiosError, type AxiosResponse } from 'axios';
import { firstValueFrom } from 'rxjs';
import { MAX_KEPT_BYTES } from './exchange.js';
import { toSendFailure, type ReceivedResponse, type SendFailureCode } from './send-failure.js';

export interface OutgoingRequest {
  /** `https://` and nothing else, in canonical form. */
  url: string;
  /** Sent as given, beside `Accept-Encoding: identity` and what HTTP itself needs. */
  headers: Record<string, string>;
  /** Sent byte for byte. */
  body: Buffer;
  /** Absolute: DNS, connection, TLS, headers and body together. */
  timeoutMs: number;
}

export type SendOutcome =
  | ({ kind: 'response'; durationMs: number } & ReceivedResponse)
  | {
      kind: 'failed';
      code: SendFailureCode;
      /** For admins: a plain sentence without resolved addresses or internal names. */
      message: string;
      /** 0 for `blocked_address`, which must not tell how long looking the name up took. */
      durationMs: number;
      /** What had arrived, if the answer was cut off. */
      response?: ReceivedResponse;
    };

/**
 * Makes one HTTPS POST and says how it went. Never follows a redirect, never repeats a request, reads at most
 * 64 KiB and keeps 16 KiB of the answer.
 *
 * Whatever a receiver does is an outcome. Thrown is what is no receiver's doing: a malformed request (a bug), an
 * error of a host's own interceptor, or a {@link SenderClosedError} at shutdown.
 */
@Injectable()
export class WebhookSender {
  constructor(private readonly http: HttpService) {}

  async send({ url, headers, body, timeoutMs }: OutgoingRequest): Promise<SendOutcome> {
    const startedAtMs = performance.now();
    try {
      const response = await firstValueFrom(
        this.http.request<unknown>({
          method: 'POST',
          url,
          headers: { ...headers, 'Accept-Encoding': 'identity' },
          data: body,
          timeout: timeoutMs,
        }),
      );
      return { kind: 'response', durationMs: elapsedMs(startedAtMs), ...toReceivedResponse(response) };
    } catch (error) {
      if (!isAxiosError(error)) throw error;
      // A host's interceptor may make errors of answers, as axios does by default.
      if (error.response !== undefined) {
        return {
          kind: 'response',
          durationMs: elapsedMs(startedAtMs),
          ...toReceivedResponse(error.response),
        };
      }
      const { code, message, partialResponse } = toSendFailure(error);
      const durationMs = code === 'blocked_address' ? 0 : elapsedMs(startedAtMs);
      return {
        kind: 'failed',
        code,
        message,
        durationMs,
        ...(partialResponse && { response: partialResponse }),
      };
    }
  }
}

/** From our own adapter, or from one that a host put in its place. */
function toReceivedResponse({ status, headers, data, request }: AxiosResponse<unknown>): ReceivedResponse {
  const body = Buffer.isBuffer(data)
    ? data
    : Buffer.from(typeof data === 'string' ? data : JSON.stringify(data ?? ''));
  const { isBodyTruncated = false } = (request ?? {}) as Partial<ReceivedResponse>;
  return {
    status,
    headers:
      headers === request?.headers
        ? request.headers
        : toLowerCaseNames(headers as ReceivedResponse['headers']),
    body: body.subarray(0, MAX_KEPT_BYTES),
    isBodyTruncated: isBodyTruncated || body.length > MAX_KEPT_BYTES,
  };
}

/** For AxiosHeaders, which changes the case of names that are methods of its own (`Set`, `Get`). */
function toLowerCaseNames(headers: ReceivedResponse['headers']): ReceivedResponse['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function elapsedMs(startedAtMs: number): number {
  return Math.round(performance.now() - startedAtMs);
}
