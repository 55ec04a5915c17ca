import { verifySha256 } from '../support/independent-signatures.js';
import { RecentDeliveries } from './support/recent-deliveries.js';
import { ADMIN_SCOPES, Studio } from './support/studio.js';

describe('the walk of the help page', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await Studio.start();
  }, 90_000);
  afterAll(() => studio?.stop());

  it('goes from signing in to a verified test event, step by step', async () => {
    const organizationId = await studio.api.createOrganization('pro');
    const { key } = await studio.api.createApiKey(organizationId, ADMIN_SCOPES);
    const chatbotId = await studio.api.createChatbot(organizationId, 'Support Bot');
    const page = await studio.newPage();
    const deliveries = new RecentDeliveries(page);
    const testButton = page.getByRole('button', { name: 'Send Test Event' });
    const secretField = page.getByLabel('Webhook Secret');
    await studio.signIn(page, key);

    // 1. Open Chatbot Settings
    await page.getByRole('link', { name: 'Support Bot' }).click();
    await page.getByRole('button', { name: 'Advanced Settings' }).click();

    // 2. Go to the Webhooks Tab
    await page.getByRole('tab', { name: 'Webhooks' }).click();

    // 3. Enable Webhooks: activates the fields below
    const url = page.getByLabel('Webhook URL');
    await url.waitFor();
    expect(await url.isEnabled()).toBe(false);
    await page.getByRole('switch', { name: 'Webhook Enabled' }).click();
    expect(await url.isEnabled()).toBe(true);

    // 4. Enter Your Webhook URL
    await url.fill('http://127.0.0.1/plain');
    await page.getByText('The URL must start with https://').waitFor();
    await url.fill(studio.receiver.url('/crm'));

    // 5. Configure Your Webhook Secret: none before the first save
    expect(await secretField.inputValue()).toBe('');
    expect(await page.getByRole('button', { name: 'Regenerate Secret' }).isEnabled()).toBe(false);

    // 6. Select Events
    const events = page.getByRole('group', { name: 'Events' });
    for (const label of ['Lead Captured', 'Conversation Started', 'New Message', 'New AI Reply']) {
      expect(await events.getByRole('checkbox', { name: label }).isChecked()).toBe(false);
    }
    await events.getByRole('checkbox', { name: 'Lead Captured' }).check();
    expect(await testButton.isEnabled()).toBe(false);

    // 7. Save Settings
    await page.getByRole('button', { name: 'Save Settings' }).click();
    await page.getByText('Settings saved.').waitFor();
    await page.getByRole('button', { name: 'Show secret' }).click();
    await page.getByRole('button', { name: 'Hide secret' }).waitFor();
    const secret = await secretField.inputValue();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).toBe(await studio.api.getSecret(chatbotId));
    await page.getByRole('button', { name: 'Copy secret' }).click();
    await page.getByText('Copied to the clipboard.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret);

    // 8. Test Your Webhook
    expect(await testButton.isEnabled()).toBe(true);
    await testButton.click();
    await deliveries.waitForStatus(0, 'delivered');
    expect(await deliveries.cells(0)).toMatchObject({
      Event: expect.stringContaining('Lead Captured'),
      Status: 'delivered',
      'Response code': '200',
      Attempts: '1',
      Time: expect.stringMatching(/now|seconds? ago/),
    });
    const [request] = await studio.receiver.waitFor(1);
    expect(request?.headers).toMatchObject({
      'x-hyperleap-event': 'lead.captured',
      'x-hyperleap-test': 'true',
    });
    const signature = String(request?.headers['x-hyperleap-signature']);
    expect(await verifySha256(secret, String(request?.body), signature)).toBe(true);
    expect(studio.complaints).toEqual([]);
  }, 60_000);
});
