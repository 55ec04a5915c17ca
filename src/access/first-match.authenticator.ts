import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';

/** Asks one authenticator after the other until one knows the credential. */
export class FirstMatchAuthenticator extends Authenticator {
  constructor(private readonly authenticators: readonly Authenticator[]) {
    super();
  }

  override async authenticate(credential: string): Promise<Caller | null> {
    for (const authenticator of this.authenticators) {
      const caller = await authenticator.authenticate(credential);
      if (caller !== null) return caller;
    }
    return null;
  }
}
