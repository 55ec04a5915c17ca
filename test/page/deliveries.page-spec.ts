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

  it.each<[string, string, string, ScriptedAnswer]>([
    ['a time-out', 'Timed out', 'The receiver gave no complete answer within 1 s.', { hang: true }],
    [
      'a lost connection',
      'Connection lost',
      'The connection was closed before an answer arrived.',
      { reset: true },
    ],
  ])('explains %s once, in plain words', async (what, title, cause, answer) => {
    const { chatbotId, deliveries } = await open(`Explains ${what}`, answer);
    await studio.api.emit(chatbotId, 'lead.captured', LEAD);
    await deliveries.row(0).getByText(title).waitFor({ timeout: 20_000 });
    const delivery = await deliveries.open(0);
    const attempt = delivery.getByRole('listitem').filter({ hasText: `Attempt 1: ${title}` });
    await attempt.getByText(cause).waitFor();
    expect(await attempt.textContent()).not.toContain('(');
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

  it('keeps the filter in the address, over a delivery, a reload and the back button', async () => {
    const { page, chatbotId, deliveries } = await open('Kept filter');
    await studio.api.emit(chatbotId, 'lead.captured', LEAD);
    await deliveries.waitForStatus(0, 'delivered');
    const status = page.getByLabel('Filter by status');
    await status.selectOption({ label: 'Delivered' });
    await deliveries.open(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.reload();
    await status.waitFor();
    expect(await status.inputValue()).toBe('delivered');
    await page.getByRole('tab', { name: 'General' }).click();
    await page.getByLabel('Chatbot name').waitFor();
    await page.goBack();
    await status.waitFor();
    expect(await status.inputValue()).toBe('delivered');
  });

  it('says at the field that a period ends before it begins', async () => {
    const { page } = await open('Reversed');
    await page.getByLabel('Filter by time').selectOption({ label: 'From … to …' });
    const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
    await from.fill('2026-03-02T10:00');
    await to.fill('2026-03-01T10:00');
    await page.getByText('Must be later than From.').waitFor();
    expect(await to.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByText('No delivery fits this filter').count()).toBe(0);
    await to.fill('2026-03-03T10:00');
    await page.getByText('No delivery fits this filter').waitFor();
  });

  it('names the likely reason for a delivery that is not there', async () => {
    const { page, chatbotId } = await open('Cleared away');
    for (const unknown of ['00000000-0000-4000-8000-000000000000', 'no-id']) {
      await page.goto(`${studio.url}/chatbots/${chatbotId}/settings/webhooks/deliveries/${unknown}`);
      await page.getByRole('dialog').getByText('There is no such delivery').waitFor();
      await page.getByRole('dialog').getByText('retention').waitFor();
    }
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
