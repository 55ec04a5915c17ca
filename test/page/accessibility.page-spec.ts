import type { BrowserContextOptions } from 'playwright-core';
import { findAccessibilityMistakes } from './support/accessibility.js';
import { RecentDeliveries } from './support/recent-deliveries.js';
import { Studio } from './support/studio.js';

const VIEWS: [string, BrowserContextOptions][] = [
  ['a laptop in light colors', { colorScheme: 'light' }],
  ['a laptop in dark colors', { colorScheme: 'dark' }],
  ['a phone in light colors', { colorScheme: 'light', viewport: { width: 375, height: 812 } }],
  ['a phone in dark colors', { colorScheme: 'dark', viewport: { width: 375, height: 812 } }],
  ['a tablet', { colorScheme: 'light', viewport: { width: 768, height: 1024 } }],
  ['a wide screen', { colorScheme: 'light', viewport: { width: 1920, height: 1080 } }],
];

describe('accessibility', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await Studio.start({ WEBHOOK_RETRY_DELAYS: '100ms' });
    const organizationId = await studio.api.createOrganization('pro');
    const chatbotId = await studio.api.createChatbot(organizationId, 'Support Bot');
    studio.receiver.script('/all', { status: 500, body: 'no' }, { status: 500, body: 'no' }, { body: 'yes' });
    await studio.api.saveWebhook(chatbotId, studio.receiver.url('/all'));
    await studio.api.emit(chatbotId, 'lead.captured', { name: 'Ada' });
    await studio.receiver.waitFor(2, 20_000);
    await studio.api.emit(chatbotId, 'lead.captured', { name: 'Grace' });

    const gatedId = await studio.api.createOrganization('pro', 'Downgraded');
    await studio.api.saveWebhook(
      await studio.api.createChatbot(gatedId, 'Gated'),
      studio.receiver.url('/all'),
    );
    await studio.api.changePlan(gatedId, 'free');
  }, 90_000);
  afterAll(() => studio?.stop());

  it.each(VIEWS)(
    'axe finds nothing on %s',
    async (_what, options) => {
      const mistakes: Record<string, string[]> = {};
      const page = await studio.newPage({ ...options, reducedMotion: 'reduce' });
      const check = async (screen: string) => {
        mistakes[screen] = await findAccessibilityMistakes(page);
        const overflowPx = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (overflowPx > 0) mistakes[screen].push(`scrolls sideways by ${overflowPx} px`);
      };
      await check('sign in');
      await studio.signIn(page);
      await page.getByRole('link', { name: 'Support Bot' }).waitFor();
      await check('chatbots');
      await page.getByRole('button', { name: 'New chatbot' }).click();
      await page.getByRole('dialog').getByLabel('Organization', { exact: true }).waitFor();
      await check('new chatbot');
      await page.keyboard.press('Escape');

      await page.getByRole('link', { name: 'Support Bot' }).click();
      await page.getByText('Success rate').waitFor();
      await check('chatbot');
      await page.getByRole('button', { name: 'Advanced Settings' }).click();
      await page.getByLabel('Chatbot name').waitFor();
      await check('general');
      await page.getByRole('tab', { name: 'Webhooks' }).click();
      const deliveries = new RecentDeliveries(page);
      await deliveries.waitForStatus(0, 'delivered');
      await check('webhooks');
      await page.getByLabel('Webhook URL').fill('http://wrong');
      await check('unsaved, with a mistake');
      await page.getByRole('button', { name: 'Discard' }).click();
      await page.getByRole('button', { name: 'Regenerate Secret' }).click();
      await page.getByRole('dialog').waitFor();
      await check('regenerate');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('heading', { name: 'How to verify' }).click();
      await page.getByRole('button', { name: 'Check signature' }).waitFor();
      await check('how to verify');
      await deliveries.open(1);
      await check('delivery');
      await page.goto(studio.url);
      await page.getByRole('link', { name: 'Gated' }).click();
      await page.getByRole('button', { name: 'Advanced Settings' }).click();
      await page.getByRole('tab', { name: 'Webhooks' }).click();
      await page.getByRole('note').waitFor();
      await check('plan gate');

      const found = Object.fromEntries(Object.entries(mistakes).filter(([, list]) => list.length > 0));
      expect(found).toEqual({});
      expect(studio.complaints).toEqual([]);
      await page.context().close();
    },
    60_000,
  );

  it('can be walked with the keyboard alone, from signing in to a saved setting', async () => {
    const page = await studio.newPage();
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 40; presses++) {
        const focused = await page.evaluate<string>(
          `(() => { const e = document.activeElement; return [e.getAttribute('aria-label'), e.textContent,
             e.labels && e.labels[0] && e.labels[0].textContent].filter(Boolean).join('|'); })()`,
        );
        if (focused.split('|').includes(name)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`The Tab key does not lead to “${name}”.`);
    };
    await page.getByLabel('API key').waitFor();
    await tabTo('API key');
    await page.keyboard.type(studio.platformKey);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Support Bot' }).waitFor();
    await tabTo('Support Bot');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Advanced Settings' }).waitFor();
    await tabTo('Advanced Settings');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Webhooks' }).waitFor();
    await tabTo('General');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('switch', { name: 'Webhook Enabled' }).waitFor();
    await tabTo('New Message');
    await page.keyboard.press('Space');
    await tabTo('Save Settings');
    await page.keyboard.press('Enter');
    await page.getByText('Settings saved.').waitFor();
    await page.context().close();
  }, 60_000);
});
