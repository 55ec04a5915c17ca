import { Studio } from './support/studio.js';
import { waitUntil } from './support/wait-until.js';

describe('the webhook settings on the page', () => {
  let studio: Studio;
  let organizationId: string;
  beforeAll(async () => {
    studio = await Studio.start();
    organizationId = await studio.api.createOrganization('pro');
  }, 90_000);
  afterAll(() => studio?.stop());

  const openSaved = async (name: string) => {
    const chatbotId = await studio.api.createChatbot(organizationId, name);
    await studio.api.saveWebhook(chatbotId, studio.receiver.url('/saved'));
    const page = await studio.openWebhooks(name);
    return { chatbotId, page, url: page.getByLabel('Webhook URL') };
  };

  it("shows the server's reason for refusing a URL at the field", async () => {
    const { page, url } = await openSaved('Refused');
    await url.fill('https://10.1.2.3/internal');
    await page.getByRole('button', { name: 'Save Settings' }).click();
    await waitUntil(page, 'document.querySelector("input[aria-invalid=true]") !== null');
    const describedBy = (await url.getAttribute('aria-describedby')) ?? '';
    const descriptions = describedBy.split(/\s+/).map((id) => page.locator(`[id="${id}"]`).textContent());
    expect((await Promise.all(descriptions)).join(' ')).toContain('must lead to a public host');
    expect(await page.getByRole('button', { name: 'Send Test Event' }).isEnabled()).toBe(false);
  });

  it('refuses to save an enabled webhook without a URL, and says what is missing', async () => {
    const { page, url } = await openSaved('Without URL');
    await url.fill('');
    await page.getByRole('button', { name: 'Save Settings' }).click();
    await page.getByText('Enter the URL that events are to be sent to.').waitFor();
  });

  it('asks before unsaved changes are lost, on links, tabs and the back button', async () => {
    const { page, url } = await openSaved('Unsaved');
    await url.fill(studio.receiver.url('/changed'));
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });

    await page.getByRole('tab', { name: 'General' }).click();
    await question.getByRole('button', { name: 'Stay here' }).click();
    await question.waitFor({ state: 'hidden' });
    await page.goBack();
    await question.getByRole('button', { name: 'Stay here' }).click();
    await question.waitFor({ state: 'hidden' });
    expect(page.url()).toMatch(/\/settings\/webhooks$/);
    expect(await url.inputValue()).toBe(studio.receiver.url('/changed'));

    await page.getByRole('link', { name: 'Chatbots', exact: true }).click();
    await question.getByRole('button', { name: 'Leave without saving' }).click();
    await page.getByRole('heading', { name: 'Chatbots' }).waitFor();
  });

  it('asks the browser to warn before the tab is closed', async () => {
    const { page, url } = await openSaved('Closing');
    await url.fill(studio.receiver.url('/changed'));
    const dialog = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const asked = await dialog;
    expect(asked.type()).toBe('beforeunload');
    await asked.accept();
  });

  describe('when somebody else saved meanwhile', () => {
    const meetConflict = async (name: string) => {
      const opened = await openSaved(name);
      await opened.url.fill(studio.receiver.url('/mine'));
      await studio.api.saveWebhook(opened.chatbotId, studio.receiver.url('/theirs'), ['lead.captured']);
      await opened.page.getByRole('button', { name: 'Save Settings' }).click();
      const dialog = opened.page.getByRole('dialog', { name: 'Somebody else changed these settings' });
      await dialog.waitFor();
      return { ...opened, dialog };
    };

    it('shows both versions of what differs, and saves ours over theirs', async () => {
      const { page, url, dialog } = await meetConflict('Conflict: ours');
      for (const text of [
        studio.receiver.url('/theirs'),
        studio.receiver.url('/mine'),
        'Lead Captured',
        'all',
      ]) {
        expect(await dialog.getByText(text, { exact: true }).count()).toBe(1);
      }
      await dialog.getByRole('button', { name: 'Save mine over theirs' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.reload();
      await url.waitFor();
      expect(await url.inputValue()).toBe(studio.receiver.url('/mine'));
    });

    it('takes theirs', async () => {
      const { page, url, dialog } = await meetConflict('Conflict: theirs');
      await dialog.getByRole('button', { name: 'Use theirs' }).click();
      await dialog.waitFor({ state: 'hidden' });
      expect(await url.inputValue()).toBe(studio.receiver.url('/theirs'));
      expect(await page.getByRole('checkbox', { name: 'Lead Captured' }).isChecked()).toBe(true);
      expect(await page.getByRole('button', { name: 'Send Test Event' }).isEnabled()).toBe(true);
    });
  });

  it('shows which plan webhooks take, and lets nothing be changed without it', async () => {
    const otherId = await studio.api.createOrganization('pro', 'Downgraded');
    const chatbotId = await studio.api.createChatbot(otherId, 'Gated');
    await studio.api.saveWebhook(chatbotId, studio.receiver.url('/gated'));
    await studio.api.changePlan(otherId, 'free');
    const page = await studio.openWebhooks('Gated');

    await page.getByRole('note').getByText('They require the Pro, Business, or Enterprise plan.').waitFor();
    await page
      .getByRole('tab', { name: 'Webhooks' })
      .getByText('Pro, Business, or Enterprise plan')
      .waitFor();
    const locked = [
      page.getByRole('switch', { name: 'Webhook Enabled' }),
      page.getByLabel('Webhook URL'),
      page.getByRole('checkbox', { name: 'Lead Captured' }),
      page.getByRole('button', { name: 'Regenerate Secret' }),
      page.getByRole('button', { name: 'Save Settings' }),
      page.getByRole('button', { name: 'Send Test Event' }),
    ];
    for (const control of locked) expect(await control.isEnabled()).toBe(false);
    await page.getByRole('button', { name: 'Show secret' }).click();
    await page.getByRole('button', { name: 'Hide secret' }).waitFor();
    expect(await page.getByLabel('Webhook Secret').inputValue()).toBe(await studio.api.getSecret(chatbotId));
    expect(studio.complaints).toEqual([]);
  });
});
