import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Studio } from './support/studio.js';

const ROOT = join(__dirname, '../..');
const HOST_APP = join(ROOT, 'examples/host-app');

describe('the page within an application that keeps its own chatbots', () => {
  let studio: Studio;
  beforeAll(async () => {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', HOST_APP]);
    studio = await Studio.start({}, join(HOST_APP, 'dist/main.js'));
  }, 90_000);
  afterAll(() => studio?.stop());

  const addBot = async (title: string) => {
    const response = await fetch(`${studio.url}/bots`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ title, workspaceId: randomUUID() }),
    });
    expect(response.status).toBe(201);
  };

  it('shows them without dates that nobody told it, and offers neither to make nor to rename one', async () => {
    await addBot('Front Desk');
    const page = await studio.newPage();
    await studio.signIn(page);
    await page.getByRole('link', { name: 'Front Desk' }).waitFor();
    expect(await page.getByRole('list', { name: 'Chatbots' }).textContent()).not.toContain('Created');
    expect(await page.getByRole('button', { name: 'New chatbot' }).count()).toBe(0);
    await page.getByLabel('Search chatbots').fill('nobody');
    await page.getByText('No chatbot has this name').waitFor();
    expect(await page.getByRole('button', { name: 'New chatbot' }).count()).toBe(0);

    await page.getByLabel('Search chatbots').fill('');
    await page.getByRole('link', { name: 'Front Desk' }).click();
    await page.getByText('Chatbot id').waitFor();
    expect(await page.getByRole('main').textContent()).not.toMatch(/Created|1970/);
    await page.getByRole('button', { name: 'Advanced Settings' }).click();
    await page.getByText('Rename them there.').waitFor();
    expect(await page.getByLabel('Chatbot name').isEnabled()).toBe(false);
    expect(await page.getByRole('button', { name: 'Save name' }).count()).toBe(0);
    expect(studio.complaints).toEqual([]);
  });
});
