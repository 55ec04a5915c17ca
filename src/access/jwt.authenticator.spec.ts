import { Logger } from '@nestjs/common';
import { createLocalJWKSet, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from '../common/index.js';
import { JwtAuthenticator } from './jwt.authenticator.js';

const ORGANIZATION = '0190b0f6-0000-7000-8000-00000000000a';
const names = { issuer: 'https://login.example', audience: 'webhooks' };

let privateKey: CryptoKey;
let rogueKey: CryptoKey;
let publicJwk: JWK;
let authenticator: JwtAuthenticator;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
  rogueKey = (await generateKeyPair('ES256')).privateKey;
  authenticator = new JwtAuthenticator(
    { ...names, keys: createLocalJWKSet({ keys: [publicJwk] }) },
    new Clock(),
  );
});

interface TokenParts {
  claims?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
  alg?: string;
  kid?: string;
  expires?: string | null;
  issuer?: string;
  audience?: string;
  subject?: string | null;
}

async function token(parts: TokenParts = {}): Promise<string> {
  const { claims = {}, key = privateKey, alg = 'ES256', kid = 'k1', expires = '5m' } = parts;
  const jwt = new SignJWT({ organization_id: ORGANIZATION, scope: 'webhooks:read openid', ...claims })
    .setProtectedHeader({ alg, kid })
    .setIssuer(parts.issuer ?? names.issuer)
    .setAudience(parts.audience ?? names.audience);
  if (parts.subject !== null) jwt.setSubject(parts.subject ?? 'user-7');
  if (expires !== null) jwt.setExpirationTime(expires);
  return jwt.sign(key);
}

describe('JWT authenticator', () => {
  it('takes the organization and the known scopes from a valid token', async () => {
    await expect(authenticator.authenticate(await token())).resolves.toEqual({
      kind: 'organization',
      organizationId: ORGANIZATION,
      keyId: 'jwt:user-7',
      keyName: 'user-7',
      scopes: ['webhooks:read'],
    });
    const listed = await token({ claims: { scope: ['audit:read', '*'], name: 'Ada' } });
    await expect(authenticator.authenticate(listed)).resolves.toMatchObject({
      keyName: 'Ada',
      scopes: ['audit:read'],
    });
  });

  it('gives no scope to a token without any', async () => {
    await expect(
      authenticator.authenticate(await token({ claims: { scope: undefined } })),
    ).resolves.toMatchObject({
      scopes: [],
    });
  });

  const refused: [string, () => Promise<string>][] = [
    ['signed by another key', () => token({ key: rogueKey })],
    ['of another issuer', () => token({ issuer: 'https://evil.example' })],
    ['for another audience', () => token({ audience: 'billing' })],
    ['that has expired', () => token({ expires: '-1m' })],
    ['without an end', () => token({ expires: null })],
    ['without a subject', () => token({ subject: null })],
    ['with an empty subject', () => token({ subject: '' })],
    ['with a NUL in its subject', () => token({ subject: 'user\0' })],
    ['with a subject that is too long to be told from others', () => token({ subject: 'x'.repeat(256) })],
    ['with an unknown key id', () => token({ kid: 'k2' })],
    ['without an organization', () => token({ claims: { organization_id: undefined } })],
    ['whose organization is no UUID', () => token({ claims: { organization_id: 'acme' } })],
    ['with several organizations', () => token({ claims: { organization_id: [ORGANIZATION] } })],
    [
      'signed by HMAC with the public key',
      () => token({ alg: 'HS256', key: Buffer.from(JSON.stringify(publicJwk)) }),
    ],
    [
      'that says it needs no signature',
      async () => {
        const [, payload] = (await token()).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      },
    ],
    [
      'with changed claims',
      async () => (await token()).replace(/\.[^.]*\./, `.${Buffer.from('{}').toString('base64url')}.`),
    ],
    ['that is none', async () => 'a.b.c'],
    ['with one dot', async () => 'a.b'],
  ];
  it.each(refused)('refuses a token %s', async (_what, make) => {
    await expect(authenticator.authenticate(await make())).resolves.toBeNull();
  });
});

describe('a key set over HTTP', () => {
  let warnings: jest.SpyInstance;
  beforeEach(() => {
    warnings = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(() => jest.restoreAllMocks());

  let server: Server;
  let answer: { status: number; body: string; headers?: Record<string, string> };
  let requests: number;
  let url: string;
  beforeEach(async () => {
    requests = 0;
    answer = { status: 200, body: JSON.stringify({ keys: [publicJwk] }) };
    server = createServer((_request, response) => {
      requests++;
      response
        .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
        .end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it('is read once for many tokens', async () => {
    const remote = JwtAuthenticator.withKeySetAt(url, names, new Clock());
    for (let count = 0; count < 5; count++) {
      await expect(remote.authenticate(await token())).resolves.not.toBeNull();
    }
    expect(requests).toBe(1);
  });

  it.each([
    ['answers 500', { status: 500, body: 'oops' }],
    ['answers no JSON', { status: 200, body: '<html>' }],
    ['answers no key set', { status: 200, body: '{"keys":7}' }],
    ['is larger than 64 KiB', { status: 200, body: `{"keys":[]}${' '.repeat(64 * 1024)}` }],
    [
      'is cut off',
      { status: 200, body: '{"keys":[]}', headers: { 'content-length': '100', connection: 'close' } },
    ],
  ])('that %s is a 503, not a 401', async (_what, bad) => {
    answer = bad;
    const remote = JwtAuthenticator.withKeySetAt(url, names, new Clock());
    await expect(remote.authenticate(await token())).rejects.toMatchObject({ code: 'unavailable' });
    expect(warnings).toHaveBeenCalledWith({
      event: 'jwt.key_set_unavailable',
      err: expect.objectContaining({ message: expect.any(String) }),
    });
  });

  it('that cannot be reached is a 503, not a 401', async () => {
    const remote = JwtAuthenticator.withKeySetAt('http://127.0.0.1:1/jwks', names, new Clock());
    await expect(remote.authenticate(await token())).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that moved is not followed: a 503', async () => {
    answer = { status: 302, body: '', headers: { location: url } };
    const remote = JwtAuthenticator.withKeySetAt(url, names, new Clock());
    await expect(remote.authenticate(await token())).rejects.toMatchObject({ code: 'unavailable' });
    expect(requests).toBe(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['hangs', () => undefined],
    ['drips', (response) => void drip(response.writeHead(200))],
  ])('that %s is a 503 after 3 s', async (_what, script) => {
    server.removeAllListeners('request').on('request', (_request, response) => script(response));
    const remote = JwtAuthenticator.withKeySetAt(url, names, new Clock());
    const startedAtMs = performance.now();
    await expect(remote.authenticate(await token())).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - startedAtMs).toBeGreaterThan(2900);
    expect(performance.now() - startedAtMs).toBeLessThan(4500);
  });

  it('is not asked for tokens with one dot', async () => {
    const remote = JwtAuthenticator.withKeySetAt(url, names, new Clock());
    await expect(remote.authenticate('cbw_a.b')).resolves.toBeNull();
    expect(requests).toBe(0);
  });
});

/** A byte now and then: no idle timer ever fires. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 100);
  response.once('close', () => clearInterval(timer));
}
