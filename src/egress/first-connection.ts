import { connect, type Socket } from 'node:net';

/** RFC 8305, "Connection Attempt Delay". */
const ATTEMPT_DELAY_MS = 250;

/** A host with more addresses than this is tried at the first ones only. */
const MAX_ATTEMPTS = 6;

/**
 * Connects to the first address that accepts, in order, the next one starting after 250 ms or at a failure
 * ("happy eyeballs"). Addresses are IP literals, so nothing is resolved here. Node's `autoSelectFamily` gives
 * up an attempt after 250 ms instead of letting it run on, which loses receivers on slow links.
 *
 * Rejects with the first attempt's error if all fail, or with the signal's reason.
 */
export function connectToFirst(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const waiting = addresses.slice(0, MAX_ATTEMPTS);
    const attempts = new Set<Socket>();
    let firstError: Error | null = null;
    let delay: NodeJS.Timeout | undefined;

    const finish = (winner: Socket | null) => {
      clearTimeout(delay);
      signal.removeEventListener('abort', onAbort);
      for (const attempt of attempts) if (attempt !== winner) attempt.destroy();
    };
    const onAbort = () => {
      finish(null);
      reject(signal.reason as Error);
    };
    const startNext = () => {
      clearTimeout(delay);
      const address = waiting.shift();
      if (address === undefined) return;
      const socket = connect({ host: address, port, noDelay: true });
      attempts.add(socket);
      socket.once('connect', () => {
        socket.off('error', onError);
        finish(socket);
        resolve(socket);
      });
      const onError = (error: Error) => {
        firstError ??= error;
        attempts.delete(socket);
        if (waiting.length > 0) startNext();
        else if (attempts.size === 0) {
          finish(null);
          reject(firstError);
        }
      };
      socket.on('error', onError);
      if (waiting.length > 0) delay = setTimeout(startNext, ATTEMPT_DELAY_MS);
    };

    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    startNext();
  });
}
