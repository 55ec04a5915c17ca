import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { createCertificateAuthority } from '../../support/certificates.js';
import { ScriptedReceiver } from '../../support/receiver.js';
import { type ServerProcess, settingsIn, startServerProcess } from '../../support/server-process.js';
import { PlatformApi } from './platform-api.js';

const PLATFORM_KEY = 'page-test-platform-key';
/** Debian's package; another Chromium can be named. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const PAGE_TIMEOUT_MS = 10_000;

/** What an admin of an organization needs for everything on the page. */
export const ADMIN_SCOPES = [
  'chatbots:read',
  'chatbots:write',
  'webhooks:read',
  'webhooks:write',
  'secrets:read',
  'deliveries:read',
  'deliveries:write',
];

/** A real server, a real HTTPS receiver that it may reach, and a real browser. */
export class Studio {
  readonly api: PlatformApi;
  /** What the browser complained of since `newPage`: script errors, refused resources. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly server: ServerProcess,
    readonly receiver: ScriptedReceiver,
    private readonly browser: Browser,
  ) {
    this.api = new PlatformApi(server.url, PLATFORM_KEY);
  }

  static async start(settings: Record<string, string> = {}, program?: string): Promise<Studio> {
    const folder = await mkdtemp(join(tmpdir(), 'studio-'));
    const authority = await createCertificateAuthority();
    const ours = await settingsIn(folder, { adminApiKey: PLATFORM_KEY, caPem: authority.caPem });
    // First what may fail: nothing else is left running then.
    const server = await startServerProcess({ ...ours, ...settings }, program);
    const browser = await chromium
      .launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
      .catch(async (cause: unknown) => {
        await server.stop();
        throw new Error(
          `No Chromium at ${CHROMIUM}: install Debian's package, or name one in CHROMIUM_PATH.`,
          {
            cause,
          },
        );
      });
    const receiver = await ScriptedReceiver.start({ certificate: await authority.issue(['127.0.0.1']) });
    return new Studio(folder, server, receiver, browser);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await Promise.all([this.server.stop(), this.receiver.close()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  get url(): string {
    return this.server.url;
  }

  get platformKey(): string {
    return PLATFORM_KEY;
  }

  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1366, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    context.setDefaultTimeout(PAGE_TIMEOUT_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A refused form is part of the tests; Chromium logs every 4xx.
      const isExpected = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isExpected) this.complaints.push(message.text());
    });
    await page.goto(this.url);
    return page;
  }

  async signIn(page: Page, apiKey: string = PLATFORM_KEY): Promise<void> {
    await page.getByLabel('API key').fill(apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  /** Signs in and walks to the chatbot's Webhooks tab. */
  async openWebhooks(
    chatbotName: string,
    options: { apiKey?: string } & BrowserContextOptions = {},
  ): Promise<Page> {
    const { apiKey, ...contextOptions } = options;
    const page = await this.newPage(contextOptions);
    await this.signIn(page, apiKey);
    await page.getByRole('link', { name: chatbotName }).click();
    await page.getByRole('button', { name: 'Advanced Settings' }).click();
    await page.getByRole('tab', { name: 'Webhooks' }).click();
    await page.getByRole('switch', { name: 'Webhook Enabled' }).waitFor();
    return page;
  }
}
