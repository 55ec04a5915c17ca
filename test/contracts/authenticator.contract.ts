import { type Authenticator, type Caller, isScope } from '../../src/access/index.js';

export interface AuthenticatorUnderTest {
  readonly authenticator: Authenticator;
  /** A credential that is good now, and whom it names. */
  readonly valid: { credential: string; caller: Caller };
  /** Credentials that were good once, or would be elsewhere. */
  readonly invalid: readonly string[];
}

/** What Access relies on. Run it on your own login. */
export function authenticatorContract(name: string, make: () => Promise<AuthenticatorUnderTest>): void {
  describe(`Authenticator: ${name}`, () => {
    let subject: AuthenticatorUnderTest;
    beforeAll(async () => {
      subject = await make();
    });

    it('knows a good credential, again and again', async () => {
      for (let count = 0; count < 3; count++) {
        await expect(subject.authenticator.authenticate(subject.valid.credential)).resolves.toEqual(
          subject.valid.caller,
        );
      }
    });

    it('names an organization by UUID in lower case, and no scope that does not exist', async () => {
      const caller = await subject.authenticator.authenticate(subject.valid.credential);
      if (caller?.kind !== 'organization') return expect(caller).toMatchObject({ kind: 'platform' });
      expect(caller.organizationId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(caller.scopes.every(isScope)).toBe(true);
      expect(caller.keyId).not.toContain(subject.valid.credential);
    });

    it('answers null, and does not throw, for anything else', async () => {
      const { credential } = subject.valid;
      const strangers = [
        ...subject.invalid,
        credential.slice(0, -1),
        `${credential}x`,
        credential.toUpperCase(),
        [...credential].reverse().join(''),
        'x',
        "' OR 1=1 --",
        '%00',
        '..',
        'a.b.c',
        'cbw_',
        'A'.repeat(8192),
      ];
      for (const stranger of strangers) {
        await expect(subject.authenticator.authenticate(stranger)).resolves.toBeNull();
      }
    });
  });
}
