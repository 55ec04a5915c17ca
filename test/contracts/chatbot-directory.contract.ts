import { randomUUID } from 'node:crypto';
import type { ChatbotDirectory, ChatbotRef } from '../../src/index.js';

export interface DirectoryUnderTest {
  readonly directory: ChatbotDirectory;
  /** Puts these into the table behind it, in this order. */
  add(chatbots: readonly ChatbotRef[]): Promise<void>;
  remove(chatbotId: string): Promise<void>;
}

/** What ChatbotSettings and Delivery rely on. Run it on your own table. */
export function chatbotDirectoryContract(name: string, create: () => Promise<DirectoryUnderTest>): void {
  describe(`ChatbotDirectory: ${name}`, () => {
    let subject: DirectoryUnderTest;
    const [acme, globex] = [randomUUID(), randomUUID()];
    const names = ['Sales', 'Support 100%', 'support_eu', 'Zoë', 'Back\\office'];
    /** In the order of ids. */
    const ofAcme = names
      .map((name): ChatbotRef => ({ id: randomUUID(), name, organizationId: acme }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const ofGlobex: ChatbotRef = { id: randomUUID(), name: 'Support', organizationId: globex };

    beforeAll(async () => {
      subject = await create();
      await subject.add([ofGlobex, ...[...ofAcme].reverse()]);
    });

    const list = async (more: Partial<Parameters<ChatbotDirectory['list']>[0]> = {}) => {
      const search = { organizationId: acme, search: null, afterId: null, limit: 100, ...more };
      return (await subject.directory.list(search)).map(({ id }) => id);
    };
    const idsNamed = (...wanted: string[]) =>
      ofAcme.filter((chatbot) => wanted.includes(chatbot.name)).map(({ id }) => id);

    it('finds a chatbot by its id, with exactly the three facts', async () => {
      const { id, name, organizationId } = ofAcme[0]!;
      expect(await subject.directory.find(id)).toMatchObject({ id, name, organizationId });
    });

    it('answers null for a chatbot that is not there, and does not throw', async () => {
      expect(await subject.directory.find(randomUUID())).toBeNull();
    });

    it('finds many at once, each its own', async () => {
      const ids = Array.from({ length: 100 }, (_, index) => ofAcme[index % ofAcme.length]!.id);
      const found = await Promise.all(ids.map((id) => subject.directory.find(id)));
      expect(found.map((chatbot) => chatbot?.id)).toEqual(ids);
    });

    it('lists one organization\u2019s in the order of ids, or those of all', async () => {
      expect(await list()).toEqual(ofAcme.map(({ id }) => id));
      const all = await list({ organizationId: null });
      expect(all).toEqual(expect.arrayContaining([ofGlobex.id, ...ofAcme.map(({ id }) => id)]));
      expect(all).toEqual([...all].sort());
      expect(await list({ organizationId: randomUUID() })).toEqual([]);
    });

    it('lists page by page, without gap or repetition', async () => {
      const pages: string[] = [];
      for (let afterId: string | null = null; ;) {
        const page: string[] = await list({ afterId, limit: 2 });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(2);
        pages.push(...page);
        afterId = page.at(-1)!;
      }
      expect(pages).toEqual(ofAcme.map(({ id }) => id));
    });

    it('searches part of a name in any case, and takes %, _ and \\ as they are', async () => {
      expect(await list({ search: 'SUPPORT' })).toEqual(idsNamed('Support 100%', 'support_eu'));
      expect(await list({ search: '%' })).toEqual(idsNamed('Support 100%'));
      expect(await list({ search: '_' })).toEqual(idsNamed('support_eu'));
      expect(await list({ search: '\\' })).toEqual(idsNamed('Back\\office'));
      expect(await list({ search: 'zoë' })).toEqual(idsNamed('Zoë'));
      expect(await list({ search: 'nobody' })).toEqual([]);
    });

    // The last one.
    it('no longer finds or lists what is deleted', async () => {
      const [{ id }] = ofAcme as [ChatbotRef];
      await subject.remove(id);
      expect(await subject.directory.find(id)).toBeNull();
      expect(await list()).not.toContain(id);
    });
  });
}
