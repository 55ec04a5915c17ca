import { Client } from 'pg';

/**
 * A `pg` connection whose loss does not take the process down. A pool stops listening for its errors when it hands
 * it out, and whoever asked begins a moment later. A server that restarts can say so in between: in the very packet
 * that said it was ready. Nothing is hidden by this: the connection's next statement fails, and the pool drops it.
 */
export class SurvivingClient extends Client {
  constructor(...parameters: ConstructorParameters<typeof Client>) {
    super(...parameters);
    this.on('error', () => undefined);
  }
}
