import type { UrlPolicy } from '../../src/index.js';

export interface UrlPolicyExamples {
  /** URLs that it accepts, as an admin would write them. */
  readonly accepted: readonly string[];
  /** URLs that it refuses. */
  readonly refused: readonly string[];
  readonly allowedAddresses: readonly string[];
  readonly refusedAddresses: readonly string[];
}

const NOT_HTTPS = [
  'http://hooks.example.com/',
  'ftp://hooks.example.com/',
  'javascript:alert(1)',
  '',
  ' ',
  '\0',
  'x',
];

/** What ChatbotSettings and Egress rely on. Run it on your own rules, with examples of both answers. */
export function urlPolicyContract(name: string, create: () => UrlPolicy, examples: UrlPolicyExamples): void {
  describe(`UrlPolicy: ${name}`, () => {
    const policy = create();

    it.each(examples.accepted)(
      'accepts %s, in a canonical form that starts with https:// and is stable',
      async (url) => {
        const verdict = await policy.judge(url);
        if (verdict.kind !== 'accepted') throw new Error(verdict.message);
        expect(verdict.url).toMatch(/^https:\/\/[^/@\\\s]+/);
        expect(verdict.url.length).toBeLessThanOrEqual(2048);
        expect(new URL(verdict.url).href).toBe(verdict.url);
        expect(await policy.judge(verdict.url)).toEqual(verdict);
      },
    );

    it.each([...examples.refused, ...NOT_HTTPS])(
      'refuses %j in words for an admin, and does not throw',
      async (url) => {
        const verdict = await policy.judge(url);
        if (verdict.kind !== 'refused') throw new Error(`accepted as ${verdict.url}`);
        expect(verdict.message.length).toBeGreaterThan(10);
      },
    );

    it('says the same of every refused address: a message tells nothing of our network', async () => {
      const messages = await Promise.all(
        examples.refusedAddresses.map(async (address) => {
          const verdict = await policy.judge(`https://${address.includes(':') ? `[${address}]` : address}/`);
          return verdict.kind === 'refused' ? verdict.message : 'accepted';
        }),
      );
      expect(new Set(messages).size).toBe(1);
      expect(messages[0]).not.toBe('accepted');
    });

    it('decides about addresses at once, by their text alone', () => {
      for (const address of examples.allowedAddresses)
        expect([address, policy.allowsAddress(address)]).toEqual([address, true]);
      for (const address of examples.refusedAddresses)
        expect([address, policy.allowsAddress(address)]).toEqual([address, false]);
    });

    it('refuses what is no address', () => {
      for (const text of ['', 'localhost', '[::1]', '1.2.3', '127.0.0.1 ', '::g']) {
        // A throw refuses as well.
        let isAllowed = false;
        try {
          isAllowed = policy.allowsAddress(text);
        } catch {
          /* refused */
        }
        expect([text, isAllowed]).toEqual([text, false]);
      }
    });
  });
}
