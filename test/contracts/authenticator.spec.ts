import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import {
  ApiKeysService,
  Authenticator,
  FirstMatchAuthenticator,
  JwtAuthenticator,
  OrganizationsService,
} from '../../src/access/index.js';
import { Clock } from '../../src/common/index.js';
import { startAccessApp } from '../support/access-app.js';
import { type AuthenticatorUnderTest, authenticatorContract } from './authenticator.contract.js';

async function withTokens(): Promise<AuthenticatorUnderTest> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
  const organizationId = '0190b0f6-0000-7000-8000-00000000000a';
  const sign = (expires: string) =>
    new SignJWT({ organization_id: organizationId.toUpperCase(), scope: 'webhooks:read everything' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('https://login.example')
      .setAudience('webhooks')
      .setSubject('user-7')
      .setExpirationTime(expires)
      .sign(privateKey);
  return {
    authenticator: new JwtAuthenticator(
      { issuer: 'https://login.example', audience: 'webhooks', keys },
      new Clock(),
    ),
    valid: {
      credential: await sign('5m'),
      caller: {
        kind: 'organization',
        organizationId,
        keyId: 'jwt:user-7',
        keyName: 'user-7',
        scopes: ['webhooks:read'],
      },
    },
    invalid: [await sign('-5m')],
  };
}

authenticatorContract('tokens', withTokens);
authenticatorContract('several in turn', async () => {
  const [one, other] = [await withTokens(), await withTokens()];
  return { ...other, authenticator: new FirstMatchAuthenticator([one.authenticator, other.authenticator]) };
});

describe('with a database', () => {
  let close = async () => {};
  afterAll(() => close());

  authenticatorContract('API keys', async () => {
    const running = await startAccessApp();
    close = running.close;
    const actor = { caller: 'system', remoteAddress: null } as const;
    const organization = await running.app
      .get(OrganizationsService)
      .create({ name: 'Acme', plan: 'pro' }, actor);
    const keys = running.app.get(ApiKeysService);
    const made = (expiresAt: Date | null = null) =>
      keys.create(organization.id, { name: 'CRM', scopes: ['webhooks:read'], expiresAt }, actor);
    const valid = await made();
    const revoked = await made();
    await keys.revoke(organization.id, revoked.row.id, actor);
    const expired = await made(new Date(running.clock.now().getTime() + 60_000));
    running.clock.aheadMs += 60_001;
    return {
      authenticator: running.app.get(Authenticator),
      valid: {
        credential: valid.key,
        caller: {
          kind: 'organization',
          organizationId: organization.id,
          keyId: valid.row.id,
          keyName: 'CRM',
          scopes: ['webhooks:read'],
        },
      },
      invalid: [revoked.key, expired.key],
    };
  });
});
