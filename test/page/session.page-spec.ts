import { setTimeout as delay } from 'node:timers/promises';
import { ADMIN_SCOPES, Studio } from './support/studio.js';

describe('signing in to the page', () => {
  let studio: Studio;
  let organizationId: string;
  beforeAll(async () => {
    studio = await Studio.start();
    organizationId = await studio.api.createOrganization('pro');
  }, 90_000);
  afterAll(() => studio?.stop());

  it('refuses a key that is not known, and says so at the field', async () => {
    const page = await studio.newPage();
    await page.getByLabel('API key').fill('no-such-key-000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This API key is not known, or was revoked.').waitFor();
  });

  it('keeps the key for the tab only: a reload stays signed in, signing out forgets', async () => {
    const { key } = await studio.api.createApiKey(organizationId, ADMIN_SCOPES);
    const page = await studio.newPage();
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await studio.signIn(page, key);
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')).not.toContain(key);
    expect(urls.filter((url) => url.includes(key))).toEqual([]);

    const other = await page.context().newPage();
    await other.goto(studio.url);
    await other.getByLabel('API key').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain(key);
  });

  it('goes back to signing in when the key is revoked', async () => {
    const { id, key } = await studio.api.createApiKey(organizationId, ADMIN_SCOPES);
    const page = await studio.newPage();
    await studio.signIn(page, key);
    await studio.api.revokeApiKey(organizationId, id);
    await page.getByLabel('Search chatbots').fill('anything');
    await page.getByText('This API key is no longer valid.').waitFor({ timeout: 20_000 });
    await page.getByLabel('API key').waitFor();
  });

  it('finds chatbots by name, and creates one', async () => {
    await studio.api.createChatbot(organizationId, 'Alpha');
    await studio.api.createChatbot(organizationId, 'Beta');
    const { key } = await studio.api.createApiKey(organizationId, ADMIN_SCOPES);
    const page = await studio.newPage();
    await studio.signIn(page, key);
    await page.getByRole('link', { name: 'Alpha' }).waitFor();
    await page.getByLabel('Search chatbots').fill('bet');
    await page.getByRole('link', { name: 'Alpha' }).waitFor({ state: 'hidden' });
    expect(await page.getByRole('link', { name: 'Beta' }).count()).toBe(1);

    await page.getByRole('button', { name: 'New chatbot' }).click();
    await page.getByLabel('Name').fill('Gamma');
    await page.getByRole('button', { name: 'Create chatbot' }).click();
    await page.getByRole('heading', { name: 'Gamma' }).waitFor();
  });

  it('makes an organization along with its first chatbot, for the platform key', async () => {
    const page = await studio.newPage();
    await studio.signIn(page);
    await page.getByRole('button', { name: 'New chatbot' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Organization', { exact: true }).selectOption({ label: 'New organization…' });
    await dialog.getByLabel('Name', { exact: true }).fill('Delta');
    expect(await dialog.getByRole('button', { name: 'Create chatbot' }).isEnabled()).toBe(false);
    await dialog.getByLabel('Organization name').fill('Delta Works');
    await dialog.getByRole('button', { name: 'Create chatbot' }).click();
    await page.getByRole('heading', { name: 'Delta' }).waitFor();
  });

  it('offers nothing that the key may not do', async () => {
    const chatbotId = await studio.api.createChatbot(organizationId, 'Read only');
    await studio.api.saveWebhook(chatbotId, studio.receiver.url('/read-only'));
    const scopes = ['chatbots:read', 'webhooks:read', 'deliveries:read'];
    const { key } = await studio.api.createApiKey(organizationId, scopes);
    const page = await studio.openWebhooks('Read only', { apiKey: key });
    for (const name of ['Save Settings', 'Send Test Event', 'Show secret', 'Regenerate Secret']) {
      expect(await page.getByRole('button', { name }).isEnabled()).toBe(false);
    }
    expect(await page.getByRole('switch', { name: 'Webhook Enabled' }).isChecked()).toBe(true);
    await page.getByText('Your API key may read these settings, not change them.').waitFor();
    expect(await page.getByText('Changes take effect at once.').count()).toBe(0);
    const lack = (name: string) => page.getByRole('button', { name }).getAttribute('title');
    expect(await lack('Show secret')).toBe('Your API key lacks the scope secrets:read.');
    expect(await lack('Copy secret')).toBe('Your API key lacks the scope secrets:read.');
    expect(await lack('Remove Secret')).toBe('Your API key lacks the scope webhooks:write.');
    expect(await lack('Regenerate Secret')).toBe(
      'Your API key lacks the scopes webhooks:write and secrets:read.',
    );
    expect(studio.complaints).toEqual([]);
  });

  it('says what a key that may not see deliveries misses, and that its test event was accepted', async () => {
    const chatbotId = await studio.api.createChatbot(organizationId, 'Blind');
    await studio.api.saveWebhook(chatbotId, studio.receiver.url('/blind'));
    const { key } = await studio.api.createApiKey(organizationId, [
      'chatbots:read',
      'webhooks:read',
      'webhooks:write',
    ]);
    const page = await studio.openWebhooks('Blind', { apiKey: key });
    await page.getByRole('heading', { name: 'Recent Deliveries' }).waitFor();
    await page.getByText('Your API key lacks the scope deliveries:read.').waitFor();
    await page.getByRole('button', { name: 'Send Test Event' }).click();
    await page.getByText('Test event accepted. Your API key may not see deliveries.').waitFor();
    await studio.receiver.waitFor(1, 10_000, '/blind');
  });

  it('shows that it loads while a reload waits for the server', async () => {
    const chatbotId = await studio.api.createChatbot(organizationId, 'Slow');
    const page = await studio.newPage();
    await studio.signIn(page);
    await page.route('**/v1/me', async (route) => {
      await delay(1500);
      await route.continue();
    });
    await page.goto(`${studio.url}/chatbots/${chatbotId}/settings/webhooks`);
    await page.getByRole('status').getByText('Bot Studio').waitFor({ timeout: 1200 });
    await page.getByRole('switch', { name: 'Webhook Enabled' }).waitFor();
  });

  it('signs out to the first page, not to the address that the next one may not see', async () => {
    const chatbotId = await studio.api.createChatbot(organizationId, 'Left');
    const page = await studio.newPage();
    await studio.signIn(page);
    await page.goto(`${studio.url}/chatbots/${chatbotId}/settings`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
