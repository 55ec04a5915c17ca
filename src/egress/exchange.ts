import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { SendFailure, timedOut, toSendFailure, type ReceivedResponse } from './send-failure.js';

/** Beyond this an answer is not read: its connection is closed. */
export const MAX_READ_BYTES = 64 * 1024;
/** What is kept of an answer, for the delivery log. */
export const MAX_KEPT_BYTES = 16 * 1024;

const MAX_INTERIM_RESPONSES = 32;

const CLOSED_BY_US = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);
/** A header that HTTP does not allow, say: no receiver had a part in it. */
const MALFORMED_BY_US = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

const GIVEN_UP = new Error('Nobody waits for this answer any more.');

/** The sender was shut down while this request was on its way. Whether it was received is not known. */
export class SenderClosedError extends Error {
  override readonly name = 'SenderClosedError';
}

/**
 * One request and its answer, as undici reports them: bounded in time and size, and ended exactly once, through
 * the promise {@link result}.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Rejects with a {@link SendFailure}, a {@link SenderClosedError}, or undici's error for a malformed request. */
  readonly result: Promise<ReceivedResponse>;
  private resolve: (response: ReceivedResponse) => void;
  private reject: (failure: Error) => void;
  private readonly deadline: NodeJS.Timeout;
  private isEnded = false;

  private controller: Dispatcher.DispatchController | null = null;
  private interimResponses = 0;
  private status = 0;
  private headers: ReceivedResponse['headers'] = {};
  private readBytes = 0;
  private keptBytes = 0;
  private readonly keptChunks: Buffer[] = [];

  constructor(
    timeoutMs: number,
    private readonly maxKeptBytes = MAX_KEPT_BYTES,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.deadline = setTimeout(() => this.fail(timedOut(timeoutMs)), timeoutMs);
  }

  /** The connection stands and the request is about to be written: undici offers no earlier way to abort. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isEnded) controller.abort(GIVEN_UP);
  }

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status === 101)
      return this.fail(new SendFailure('network', 'The receiver tried to switch protocols.'));
    if (status < 200) {
      this.interimResponses += 1;
      if (this.interimResponses <= MAX_INTERIM_RESPONSES) return;
      return this.fail(new SendFailure('network', 'The receiver sent interim answers without end.'));
    }
    this.status = status;
    this.headers = toPlainHeaders(headers);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.readBytes += chunk.length;
    const wantedBytes = this.maxKeptBytes - this.keptBytes;
    if (wantedBytes > 0) {
      const kept = chunk.length > wantedBytes ? chunk.subarray(0, wantedBytes) : chunk;
      this.keptChunks.push(kept);
      this.keptBytes += kept.length;
    }
    if (this.readBytes > MAX_READ_BYTES) this.succeed();
  }

  onResponseEnd(): void {
    this.succeed();
  }

  onResponseError(_controller: unknown, error: Error & { code?: string }): void {
    const { code = '' } = error;
    if (CLOSED_BY_US.has(code)) this.end(() => this.reject(new SenderClosedError('The sender was closed.')));
    if (MALFORMED_BY_US.has(code)) this.end(() => this.reject(error));
    this.fail(toSendFailure(error, this.status !== 0));
  }

  private succeed(): void {
    this.end(() => this.resolve(this.received(this.readBytes > this.keptBytes)));
  }

  private fail(failure: SendFailure): void {
    if (this.status !== 0) failure.partialResponse = this.received(true);
    this.end(() => this.reject(failure));
  }

  private received(isBodyTruncated: boolean): ReceivedResponse {
    const body = Buffer.concat(this.keptChunks, this.keptBytes); // copies: the chunks are views of larger memory
    return { status: this.status, headers: this.headers, body, isBodyTruncated };
  }

  private end(settle: () => void): void {
    if (this.isEnded) return;
    this.isEnded = true;
    clearTimeout(this.deadline);
    settle();
    this.controller?.abort(GIVEN_UP); // nothing happens if the answer is complete
  }
}

/** Without `__proto__`, which as a repeated header would replace the prototype of whatever it is copied into. */
function toPlainHeaders(headers: IncomingHttpHeaders): ReceivedResponse['headers'] {
  const plain: ReceivedResponse['headers'] = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined && name !== '__proto__') plain[name] = value;
  }
  return plain;
}
