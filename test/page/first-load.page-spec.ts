import { gzipSync } from 'node:zlib';
import { Studio } from './support/studio.js';

const LARGEST_SCRIPTS_KB = 200;

describe('the first load of the page', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await Studio.start();
  }, 90_000);
  afterAll(() => studio?.stop());

  it('takes at most 200 kB of script, gzipped, up to the chatbot list', async () => {
    const page = await studio.newPage();
    const scripts = new Set<string>();
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.add(request.url());
    });
    await page.reload({ waitUntil: 'networkidle' });
    await studio.signIn(page);
    await page.getByText('No chatbots yet').waitFor();
    // Asked for again, because Chromium drops the body of a response once its page has been left.
    const sizes = await Promise.all([...scripts].map(gzippedSize));
    const totalKb = sizes.reduce((sum, bytes) => sum + bytes, 0) / 1000;
    expect(totalKb).toBeGreaterThan(0);
    expect(totalKb).toBeLessThan(LARGEST_SCRIPTS_KB);
  });

  it('comes under a policy that runs no inline script, and asks no other origin for anything', async () => {
    const answer = await fetch(studio.url, { headers: { Accept: 'text/html' } });
    const scriptSources = /script-src ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1];
    expect(scriptSources?.trim()).toBe("'self'");

    const page = await studio.newPage();
    const origins = new Set<string>();
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    await studio.signIn(page);
    expect([...origins]).toEqual([studio.url]);
    expect(studio.complaints).toEqual([]);
  });

  it('opens any of its addresses directly', async () => {
    const organizationId = await studio.api.createOrganization('pro');
    const chatbotId = await studio.api.createChatbot(organizationId, 'Linked');
    const page = await studio.newPage();
    await studio.signIn(page);
    await page.goto(`${studio.url}/chatbots/${chatbotId}/settings/webhooks`);
    await page.getByRole('switch', { name: 'Webhook Enabled' }).waitFor();
    for (const unknown of ['00000000-0000-4000-8000-000000000000', 'no-id']) {
      await page.goto(`${studio.url}/chatbots/${unknown}`);
      await page.getByText('There is no such chatbot').waitFor();
    }
    await page.goto(`${studio.url}/nowhere`);
    await page.getByText('There is no such page').waitFor();
  });

  it('is not what programs get at addresses that are none', async () => {
    for (const path of ['/v2/chatbots', '/api/v1/chatbots', '/openapi', '/docs-json', '/nowhere', '/..%2f']) {
      for (const Accept of ['*/*', 'application/json', 'application/json, */*']) {
        const answer = await fetch(studio.url + path, { headers: { Accept } });
        const type = answer.headers.get('content-type');
        expect([path, answer.status, type]).toEqual([path, 404, expect.stringContaining('problem+json')]);
      }
    }
  });

  it('is found at its own addresses by whoever takes HTML, and at none of the API', async () => {
    for (const path of ['/', '/index.html', '/chatbots', '/chatbots/x/settings/webhooks']) {
      const answer = await fetch(studio.url + path);
      const type = answer.headers.get('content-type');
      expect([path, answer.status, type]).toEqual([path, 200, expect.stringContaining('text/html')]);
    }
    const Authorization = `Bearer ${studio.platformKey}`;
    for (const path of [
      '/v1/chatbots/..%2f..',
      '/v1/chatbots/..%2f..%2f',
      '/v1/..%2findex.html',
      '/assets',
    ]) {
      const answer = await fetch(studio.url + path, { redirect: 'manual', headers: { Authorization } });
      const type = answer.headers.get('content-type');
      if (path.startsWith('/v1'))
        expect([path, type]).toEqual([path, expect.stringContaining('problem+json')]);
      expect([path, answer.status]).not.toEqual([path, 301]);
    }
  });
});

async function gzippedSize(url: string): Promise<number> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return gzipSync(Buffer.from(await response.arrayBuffer())).length;
}
