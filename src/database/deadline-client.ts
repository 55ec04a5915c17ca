import { SurvivingClient } from './surviving-client.js';

/**
 * Longer than any statement of ours takes, and than anybody should hold one of a dozen shared connections. A
 * server whose machine is gone, or stands still, answers nothing, not even that; TCP waits for it a quarter of
 * an hour.
 */
const STATEMENT_DEADLINE_MS = 15_000;

type Callback = (error: unknown, result: unknown) => void;

/** A `pg` connection that breaks when a statement takes too long, so that its pool replaces it. */
export class DeadlineClient extends SurvivingClient {
  override query(...parameters: never[]): never {
    const timer = setTimeout(() => {
      const { stream } = (this as unknown as { connection: { stream: { destroy(error: Error): void } } })
        .connection;
      stream.destroy(new Error(`Connection terminated: no answer in ${STATEMENT_DEADLINE_MS} ms.`));
    }, STATEMENT_DEADLINE_MS);
    const callback: unknown = parameters.at(-1);
    if (typeof callback === 'function') {
      const settle: Callback = (error, result) => {
        clearTimeout(timer);
        (callback as Callback)(error, result);
      };
      parameters.splice(-1, 1, settle as never);
    }
    const query = super.query.bind(this) as (...parameters: never[]) => unknown;
    const result = query(...parameters);
    if (result instanceof Promise) {
      const settle = () => clearTimeout(timer);
      result.then(settle, settle);
    } else if (typeof callback !== 'function') {
      // A cursor or a stream takes as long as who reads it.
      clearTimeout(timer);
    }
    return result as never;
  }
}
