import type { Caller } from './caller.js';

/**
 * Port: who stands behind the credential of an `Authorization: Bearer` header.
 *
 * Called once for every request to a route that needs a key, before anything else of it is looked at. May ask
 * a server, yet every request waits: cache, but no longer than a revoked credential may live (1 second).
 * Must be safe against guessing and timing: the credential is whatever a stranger sent, 1 to 8192 printable
 * ASCII characters.
 */
export abstract class Authenticator {
  /**
   * @returns null for a credential that is unknown, revoked or expired: the request is answered 401.
   * @throws UnavailableError when that cannot be found out now: 503. Any other throw is a bug: 500.
   */
  abstract authenticate(credential: string): Promise<Caller | null>;
}
