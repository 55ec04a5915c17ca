import { takePicture } from './support/picture.js';
import { RecentDeliveries } from './support/recent-deliveries.js';
import { ADMIN_SCOPES, Studio } from './support/studio.js';

describe('the pictures in README and docs', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await Studio.start({ WEBHOOK_RETRY_DELAYS: '100ms,200ms,300ms' });
  }, 90_000);
  afterAll(() => studio?.stop());

  it('show a chatbot with deliveries of every kind', async () => {
    const organizationId = await studio.api.createOrganization('business', 'Northwind Traders');
    const { key } = await studio.api.createApiKey(organizationId, ADMIN_SCOPES);
    const chatbotId = await studio.api.createChatbot(organizationId, 'Support Bot');
    await studio.api.saveWebhook(chatbotId, studio.receiver.url('/webhooks'));
    const page = await studio.openWebhooks('Support Bot', { apiKey: key, reducedMotion: 'reduce' });
    const deliveries = new RecentDeliveries(page);
    const conversationId = chatbotId;
    const message = 'Do you ship to Orléans?';

    studio.receiver.script('/webhooks', { status: 500, body: '{"error":"database is locked"}', delayMs: 35 });
    await studio.api.emit(chatbotId, 'conversation.started', {
      conversationId,
      metadata: { page: '/pricing' },
    });
    await deliveries.waitForStatus(0, 'failed', 20_000);
    studio.receiver.script('/webhooks', { delayMs: 60 });
    await studio.api.emit(chatbotId, 'conversation.message', { conversationId, message });
    await deliveries.waitForStatus(0, 'delivered');
    studio.receiver.script(
      '/webhooks',
      { status: 503, delayMs: 20 },
      { body: '{"received":true}', delayMs: 45 },
    );
    await studio.api.emit(chatbotId, 'lead.captured', { name: 'Zoë Lefèvre', email: 'zoe@example.com' });
    await deliveries.row(0).getByText('Lead Captured').waitFor({ timeout: 20_000 });
    await deliveries.waitForStatus(0, 'delivered');
    studio.receiver.script('/webhooks', { hang: true });
    await page.getByRole('button', { name: 'Send Test Event' }).click();
    await deliveries.waitForStatus(0, 'pending');
    await takePicture(page, 'webhooks-page', { fullPage: true });

    await deliveries.open(3);
    await takePicture(page, 'delivery');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Use dark colors' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await takePicture(page, 'webhooks-page-phone-dark');
    expect(studio.complaints).toEqual([]);
  }, 90_000);
});
