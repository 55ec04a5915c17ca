import type { Locator, Page } from 'playwright-core';

/** The table's rows as a reader sees them: the newest is 0. */
export class RecentDeliveries {
  readonly table: Locator;

  constructor(private readonly page: Page) {
    this.table = page.getByRole('table', { name: 'Recent Deliveries' });
  }

  row(index: number): Locator {
    return this.table.locator('tbody').getByRole('row').nth(index);
  }

  /** Resolves when the row reads this status. */
  async waitForStatus(index: number, status: string, timeoutMs = 10_000): Promise<void> {
    await this.row(index).getByText(status, { exact: true }).waitFor({ timeout: timeoutMs });
  }

  async cells(index: number): Promise<Record<string, string>> {
    const names = await this.table.getByRole('columnheader').allTextContents();
    const values = await this.row(index).getByRole('cell').allTextContents();
    return Object.fromEntries(names.map((name, column) => [name, values[column] ?? '']));
  }

  /** Opens the delivery and returns its dialog. */
  async open(index: number): Promise<Locator> {
    await this.row(index).getByRole('link').click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Attempts' }).waitFor();
    return dialog;
  }
}
