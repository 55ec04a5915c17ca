import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const EVERY_MS = 50;

/**
 * Resolves once the expression is true in the page. Playwright's own `waitForFunction` compiles a string inside
 * the page, which the page's policy refuses.
 */
export async function waitUntil(page: Page, expression: string, timeoutMs = 10_000): Promise<void> {
  const limitMs = Date.now() + timeoutMs;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > limitMs) throw new Error(`Not true within ${timeoutMs} ms: ${expression}`);
    await delay(EVERY_MS);
  }
}
