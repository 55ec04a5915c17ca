import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { waitUntil } from './wait-until.js';

const AXE = readFileSync(join(__dirname, '../../../node_modules/axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What axe finds on the page as it stands, one line each; all its rules, best practices included. */
export async function findAccessibilityMistakes(page: Page): Promise<string[]> {
  await settleAnimations(page);
  // Evaluated, not added as a script: the page's own policy refuses inline scripts.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Half-faded text has half its contrast. */
async function settleAnimations(page: Page): Promise<void> {
  await waitUntil(
    page,
    'document.getAnimations().every((a) => a.effect.getTiming().iterations === Infinity || a.playState !== "running")',
  );
}
