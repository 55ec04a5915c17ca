import { randomUUID } from 'node:crypto';
import type { Entitlements } from '../../src/index.js';

export interface EntitlementsUnderTest {
  readonly entitlements: Entitlements;
  /** An organization that has paid, and one that has not. */
  readonly entitled: string;
  readonly notEntitled: string;
  /** Lets the first one's subscription end. */
  cancel(organizationId: string): Promise<void>;
}

/** What ChatbotSettings relies on. Run it on your own billing. */
export function entitlementsContract(name: string, create: () => Promise<EntitlementsUnderTest>): void {
  describe(`Entitlements: ${name}`, () => {
    let subject: EntitlementsUnderTest;
    beforeAll(async () => {
      subject = await create();
    });
    const isEntitled = async (organizationId: string) =>
      (await subject.entitlements.check(organizationId)).isEntitled;

    it('tells who has paid from who has not, and names what it takes', async () => {
      const { entitlements, entitled, notEntitled } = subject;
      expect(await entitlements.check(entitled)).toMatchObject({ isEntitled: true });
      const refused = await entitlements.check(notEntitled);
      expect(refused.isEntitled).toBe(false);
      // The page shows them, and problem details carry them as `requiredPlans`.
      expect(refused.requiredPlans.length).toBeGreaterThan(0);
    });

    it('answers no for an organization that it does not know, and does not throw', async () => {
      for (const stranger of [randomUUID(), '00000000-0000-0000-0000-000000000000']) {
        expect(await isEntitled(stranger)).toBe(false);
      }
    });

    it('serves many at once', async () => {
      const { entitled, notEntitled } = subject;
      const ids = Array.from({ length: 200 }, (_, index) => (index % 2 ? entitled : notEntitled));
      expect(await Promise.all(ids.map(isEntitled))).toEqual(ids.map((id) => id === entitled));
    });

    // The last one: nobody has paid any more.
    it('notices within half a second that a subscription has ended', async () => {
      await subject.cancel(subject.entitled);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await isEntitled(subject.entitled)).toBe(false);
    });
  });
}
