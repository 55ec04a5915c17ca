import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const IMAGES = join(__dirname, '../../../docs/images');

/**
 * Takes the picture in any case, and puts it into docs/images where it is missing or `UPDATE_IMAGES=1` asks
 * for it: times and ids differ with every run, and a test run should not leave a changed checkout.
 */
export async function takePicture(
  page: Page,
  name: string,
  options: { fullPage?: boolean } = {},
): Promise<void> {
  const path = join(IMAGES, `${name}.png`);
  const isWanted = process.env.UPDATE_IMAGES === '1' || !existsSync(path);
  mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ ...options, path: isWanted ? path : undefined });
}
