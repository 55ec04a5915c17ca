import type { Socket } from 'node:net';

const STATUS_LINE = 'HTTP/1.1 100';
const HEAD_END = '\r\n\r\n';
/** As many as other interim answers may come. */
const MAX_SKIPPED = 32;
/** A longer head is not one, and the parser's to refuse. */
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Takes `100 Continue` away before an answer. We never ask for it, some servers send it all the same, and a client
 * must be able to parse it (RFC 9110, section 15.2); undici closes the connection.
 *
 * Call it before anybody else listens for `readable`: it reads first, and puts back what is not its own.
 */
export function skipUnaskedContinue(socket: Socket): void {
  let bytesWritten = socket.bytesWritten;
  let isAtStart = false;
  let skippedCount = 0;
  let held: Buffer = Buffer.alloc(0);

  socket.on('readable', () => {
    // Since we wrote, an answer has been on its way; without a request there is none.
    if (socket.bytesWritten !== bytesWritten) {
      bytesWritten = socket.bytesWritten;
      isAtStart = true;
      skippedCount = 0;
    }
    const chunk = isAtStart ? (socket.read() as Buffer | null) : null;
    if (chunk === null) return;

    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (startsWith100(held) && skippedCount < MAX_SKIPPED) {
      const endsAt = held.indexOf(HEAD_END);
      if (endsAt === -1) break;
      held = held.subarray(endsAt + HEAD_END.length);
      skippedCount += 1;
    }
    if (mayBecome100(held) && skippedCount < MAX_SKIPPED) return;
    isAtStart = false;
    socket.unshift(held);
    held = Buffer.alloc(0);
  });
}

const startsWith100 = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, STATUS_LINE.length) === STATUS_LINE;

const mayBecome100 = (bytes: Buffer): boolean =>
  bytes.length < STATUS_LINE.length
    ? STATUS_LINE.startsWith(bytes.toString('latin1'))
    : startsWith100(bytes) && bytes.length <= MAX_HEAD_BYTES;
