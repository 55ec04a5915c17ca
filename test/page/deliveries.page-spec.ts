import type { ScriptedAnswer } from '../support/receiver.js';
import { RecentDeliveries } from './support/recent-deliveries.js';
import { Studio } from './support/studio.js';
import { waitUntil } from './support/wait-until.js';

const LEAD = { name: 'Ada', email: 'ada@example.com' };
const ATTEMPTS = 4;

describe('Recent Deliveries on the page', () => {
  let studio: Studio;
  let organizationId: string;
  beforeAll(async () => {
    studio = await Studio.start({ WEBHOOK_RETRY_DELAYS: '100ms,200ms,300ms', WEBHOOK_TIMEOUT: '1s' });
    organizationId = await studio.api.createOrganization('pro');
  }, 90_000);
  afterAll(() => studio?.stop());

  const open = async (name: string, ...answers: ScriptedAnswer[]) => {
    const chatbotId = await studio.api.createChatbot(organizationId, name);
    studio.receiver.script(`/${chatbotId}`, ...answers);
    await studio.api.saveWebhook(chatbotId, studio.receiver.url(`/${chatbotId}`));
    const page = await studio.openWebhooks(name);
    return { chatbotId, page, deliveries: new RecentDeliveries(page) };
  };

  it('brings a new delivery, and its way from pending to delivered, without a reload', async () => {
    const { page, deliveries } = await open('Live', { status: 500 }, { delayMs: 600 });
    await page.getByText('No deliveries yet').waitFor();
    await page.getByRole('button', { name: 'Send Test Event' }).click();
    await deliveries.waitForStatus(0, 'pending');
    await deliveries.waitForStatus(0, 'delivered');
    expect(await deliveries.cells(0)).toMatchObject({ 'Response code': '200', Attempts: '2' });
  });

  it('shows every attempt at a failing receiver, with its cause and what to do', async () => {
    const { chatbotId, deliveries } = await open('Failing', { status: 500, body: 'disk full' });
    await studio.api.emit(chatbotId, 'lead.captured', LEAD);
    await deliveries.waitForStatus(0, 'failed', 30_000);
    expect(await deliveries.cells(0)).toMatchObject({
      Status: 'failed',
      'Response code': '500',
      Attempts: String(ATTEMPTS),
    });
    const delivery = await deliveries.open(0);
    for (let number = 1; number <= ATTEMPTS; number++) {
      await delivery.getByText(`Attempt ${number}: response 500`).waitFor();
    }
    await delivery.getByText('The receiver failed while handling it').waitFor();
    expect(
      await delivery.getByRole('region', { name: `Response body of attempt ${ATTEMPTS}` }).textContent(),
    ).toBe('disk full');
  });

  it.each<[string, string, ScriptedAnswer]>([
    ['a time-out', 'Timed out', { hang: true }],
    ['a lost connection', 'Connection lost', { reset: true }],
  ])('explains %s in plain words', async (what, title, answer) => {
    const { chatbotId, deliveries } = await open(`Explains ${what}`, answer);
    await studio.api.emit(chatbotId, 'lead.captured', LEAD);
    await deliveries.row(0).getByText(title).waitFor({ timeout: 20_000 });
    const delivery = await deliveries.open(0);
    await delivery.getByText(`Attempt 1: ${title}`).waitFor();
  });

  it('sends a delivery again, under the same id', async () => {
    const failures = Array.from({ length: ATTEMPTS }, () => ({ status: 503 }));
    const { page, chatbotId, deliveries } = await open('Again', ...failures, {});
    const deliveryId = await studio.api.emit(chatbotId, 'lead.captured', LEAD);
    await deliveries.waitForStatus(0, 'failed', 30_000);
    const delivery = await deliveries.open(0);
    await delivery.getByRole('button', { name: 'Redeliver' }).click();
    await delivery.getByText(`Attempt ${ATTEMPTS + 1}: response 200`).waitFor();
    await page.keyboard.press('Escape');
    await delivery.waitFor({ state: 'hidden' });
    await deliveries.waitForStatus(0, 'delivered');
    const received = studio.receiver.requestsTo(`/${chatbotId}`).map((request) => request.deliveryId);
    expect(received).toEqual(Array(ATTEMPTS + 1).fill(deliveryId));
  });

  it('shows what a hostile receiver answers as text, and nothing of it runs', async () => {
    const body = `<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">${'<b>x</b>'.repeat(4000)}`;
    const { page, chatbotId, deliveries } = await open('Hostile', {
      status: 200,
      headers: { 'content-type': 'text/html', 'x-note': '"><script>window.hacked = 3</script>' },
      body,
    });
    await studio.api.emit(chatbotId, 'lead.captured', { name: '<img src=x onerror="window.hacked = 4">' });
    await deliveries.waitForStatus(0, 'delivered');
    const delivery = await deliveries.open(0);
    const shown = await delivery.getByRole('region', { name: 'Response body of attempt 1' }).textContent();
    expect(shown).toBe(body.slice(0, 16 * 1024));
    await delivery.getByText('cut after 16 KiB').waitFor();
    expect(await delivery.getByRole('region', { name: 'Response headers' }).textContent()).toContain(
      '<script>',
    );
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await delivery.locator('img, script').count()).toBe(0);
    expect(studio.complaints).toEqual([]);
  });

  it('copies the request as a curl command that holds the body and not the secret', async () => {
    const { page, chatbotId, deliveries } = await open('Curl');
    await studio.api.emit(chatbotId, 'lead.captured', { name: "O'Hara" });
    await deliveries.waitForStatus(0, 'delivered');
    const delivery = await deliveries.open(0);
    await delivery.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied to the clipboard.').waitFor();
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(command).toContain(`curl -i -X POST '${studio.receiver.url(`/${chatbotId}`)}'`);
    expect(command).toContain(`O'\\''Hara`);
    expect(command).not.toContain(await studio.api.getSecret(chatbotId));
  });

  it('filters by status and event, and turns pages', async () => {
    const { page, chatbotId, deliveries } = await open('Filtered');
    for (let index = 0; index < 21; index++) await studio.api.emit(chatbotId, 'lead.captured', LEAD);
    const conversation = { conversationId: chatbotId, message: 'Hello' };
    await studio.api.emit(chatbotId, 'conversation.message', conversation);
    await deliveries.row(0).getByText('New Message').waitFor({ timeout: 20_000 });
    expect(await deliveries.table.locator('tbody').getByRole('row').count()).toBe(20);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText('Page 2').waitFor();
    await waitUntil(page, 'document.querySelectorAll("tbody tr").length === 2');
    await page.getByLabel('Filter by event').selectOption({ label: 'New Message' });
    await waitUntil(page, 'document.querySelectorAll("tbody tr").length === 1');
    await page.getByLabel('Filter by status').selectOption({ label: 'Failed' });
    await page.getByText('No delivery fits this filter').waitFor();
  });

  it('gives the focus back to the row when the delivery is closed with the keyboard', async () => {
    const { page, chatbotId, deliveries } = await open('Keyboard');
    await studio.api.emit(chatbotId, 'lead.captured', LEAD);
    await deliveries.waitForStatus(0, 'delivered');
    await deliveries.row(0).getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Lead Captured');
  });
});
