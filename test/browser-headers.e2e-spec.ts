import { startApp, type TestApp } from './support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const PATHS = ['/health/live', '/v1/me', '/v1/chatbots', '/v1/nothing', '/openapi.json', '/docs', '/metrics'];
const ORIGINS = ['https://evil.example.com', 'null', 'http://127.0.0.1:3000'];

describe('pages of other origins', () => {
  it.each(ORIGINS)('at %s are allowed to read nothing and to send nothing', async (Origin) => {
    for (const path of PATHS) {
      const read = await app.api.get(path, { Origin });
      const preflight = await app.api.call('OPTIONS', path, {
        headers: {
          Origin,
          'Access-Control-Request-Method': 'PUT',
          'Access-Control-Request-Headers': 'authorization, content-type',
        },
      });
      for (const { headers } of [read, preflight]) {
        const cors = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect([path, cors]).toEqual([path, []]);
      }
    }
  });
});

describe('answers', () => {
  it.each(PATHS)('of %s tell browsers to be careful, and nobody what the server is made of', async (path) => {
    const { headers } = await app.api.get(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-permitted-cross-domain-policies': 'none',
    });
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("object-src 'none'");
    expect(policy.match(/script-src [^;]+/)?.[0]).toBe("script-src 'self'");
    expect(headers.get('etag')).toBeNull();
    if (path.startsWith('/v1')) expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('server')).toBe(false);
  });
});
