import type { Locator, Page } from 'playwright-core';
import { verifySha256 } from '../support/independent-signatures.js';
import { RecentDeliveries } from './support/recent-deliveries.js';
import { Studio } from './support/studio.js';

describe('the webhook secret on the page', () => {
  let studio: Studio;
  let organizationId: string;
  beforeAll(async () => {
    studio = await Studio.start();
    organizationId = await studio.api.createOrganization('pro');
  }, 90_000);
  afterAll(() => studio?.stop());

  const openWithSecret = async (name: string): Promise<{ page: Page; chatbotId: string; field: Locator }> => {
    const chatbotId = await studio.api.createChatbot(organizationId, name);
    await studio.api.saveWebhook(chatbotId, studio.receiver.url(`/${chatbotId}`));
    const page = await studio.openWebhooks(name);
    return { page, chatbotId, field: page.getByLabel('Webhook Secret') };
  };

  /** Sends a test event and answers what the receiver got. */
  const sendTest = async (page: Page, chatbotId: string) => {
    const before = studio.receiver.requestsTo(`/${chatbotId}`).length;
    await page.getByRole('button', { name: 'Send Test Event' }).click();
    const request = (await studio.receiver.waitFor(before + 1, 10_000, `/${chatbotId}`)).at(-1);
    if (!request) throw new Error('The receiver got nothing.');
    await new RecentDeliveries(page).waitForStatus(0, 'delivered');
    return {
      body: String(request.body),
      signature: request.headers['x-hyperleap-signature'] as string | undefined,
    };
  };

  it('stays masked, and out of the document, until it is shown', async () => {
    const { page, chatbotId, field } = await openWithSecret('Masked');
    const secret = await studio.api.getSecret(chatbotId);
    expect(await field.inputValue()).toMatch(/^whsec_•+.{4}$/);
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Show secret' }).click();
    await page.getByRole('button', { name: 'Hide secret' }).click();
    expect(await field.inputValue()).not.toBe(secret);
  });

  it('is regenerated after a question, and signs the very next request', async () => {
    const { page, chatbotId, field } = await openWithSecret('Regenerated');
    const before = await studio.api.getSecret(chatbotId);
    await page.getByRole('button', { name: 'Show secret' }).click();
    await page.getByRole('button', { name: 'Regenerate Secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Until the receiver knows the new secret').waitFor();
    expect(await studio.api.getSecret(chatbotId)).toBe(before);
    await dialog.getByRole('button', { name: 'Regenerate' }).click();
    await dialog.waitFor({ state: 'hidden' });

    const after = await field.inputValue();
    expect(after).not.toBe(before);
    expect(after).toBe(await studio.api.getSecret(chatbotId));
    const { body, signature } = await sendTest(page, chatbotId);
    expect(await verifySha256(after, body, String(signature))).toBe(true);
    expect(await verifySha256(before, body, String(signature))).toBe(false);
  });

  it('tells until when the old secret signs as well, if that is asked for', async () => {
    const { page } = await openWithSecret('Overlapping');
    await page.getByRole('button', { name: 'Regenerate Secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('The old secret').selectOption({ label: 'Keeps signing for 24 hours' });
    await dialog.getByText('carries both signatures').waitFor();
    await dialog.getByRole('button', { name: 'Regenerate' }).click();
    await page.getByText('The secret before this one signs as well until').waitFor();
  });

  it('can be removed: requests are no longer signed, until a new one is made', async () => {
    const { page, chatbotId, field } = await openWithSecret('Removed');
    await page.getByRole('button', { name: 'Remove Secret' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByPlaceholder('None: requests are not signed').waitFor();
    expect(await field.inputValue()).toBe('');
    expect((await sendTest(page, chatbotId)).signature).toBeUndefined();

    await page.getByRole('button', { name: 'Regenerate Secret' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Regenerate' }).click();
    await page.getByRole('button', { name: 'Show secret' }).click();
    await page.getByRole('button', { name: 'Hide secret' }).waitFor();
    const { body, signature } = await sendTest(page, chatbotId);
    expect(await verifySha256(await field.inputValue(), body, String(signature))).toBe(true);
  });

  it('is checked against a pasted request on the server', async () => {
    const { page, chatbotId } = await openWithSecret('Checked');
    const { body, signature } = await sendTest(page, chatbotId);
    await page.getByRole('heading', { name: 'How to verify' }).click();
    await page.getByLabel('Request body').fill(body);
    await page.getByLabel('Signature', { exact: true }).fill(String(signature));
    await page.getByRole('button', { name: 'Check signature' }).click();
    await page.getByText('Valid: this is the X-Hyperleap-Signature').waitFor();
    await page.getByLabel('Request body').fill(`${body} `);
    await page.getByRole('button', { name: 'Check signature' }).click();
    await page.getByText('Not valid for this body and secret').waitFor();
    expect(studio.complaints).toEqual([]);
  });
});
