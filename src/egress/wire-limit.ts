import type { Socket } from 'node:net';
import { SendFailure } from './send-failure.js';

/**
 * What one answer may take on the wire. Far above the 64 KiB of body that are read, even in chunks of one byte;
 * it is for what never becomes body: endless interim answers, chunk extensions, reason phrases.
 */
const MAX_ANSWER_WIRE_BYTES = 1024 * 1024;

/** Destroys the socket when more than 1 MiB arrives between two writes of ours, that is, in one answer. */
export function limitAnswerBytes(socket: Socket): void {
  let bytesWritten = socket.bytesWritten;
  let bytesReadBefore = socket.bytesRead;
  socket.on('readable', () => {
    if (socket.bytesWritten !== bytesWritten) {
      bytesWritten = socket.bytesWritten;
      bytesReadBefore = socket.bytesRead;
    } else if (socket.bytesRead - bytesReadBefore > MAX_ANSWER_WIRE_BYTES) {
      socket.destroy(new SendFailure('network', 'The answer was far too long.'));
    }
  });
}
