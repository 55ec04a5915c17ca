import { Test } from '@nestjs/testing';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';
import { deliveryQueueContract } from './contracts/delivery-queue.contract.js';
import { authenticatorContract } from './contracts/authenticator.contract.js';
import { entitlementsContract } from './contracts/entitlements.contract.js';
import { retryPolicyContract } from './contracts/retry-policy.contract.js';
import { secretCipherContract } from './contracts/secret-cipher.contract.js';
import { urlPolicyContract } from './contracts/url-policy.contract.js';
import { webhookSignerContract } from './contracts/webhook-signer.contract.js';
import { fencedBlock } from './support/markdown.js';

jest.setTimeout(120_000);

const PAGE = 'docs/extending.md';
const NAMES = [...readFileSync(PAGE, 'utf8').matchAll(/<!-- tested: ([\w-]+) -->/g)].map(([, name]) => name!);

/** Inside of the project, so that they import as its readers' files do; ignored by git. */
const folder = resolve(`.test-tmp/extending-${process.pid}`);
mkdirSync(folder, { recursive: true });
for (const name of NAMES)
  writeFileSync(join(folder, `${name}.ts`), `${fencedBlock(PAGE, `tested: ${name}`)}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const snippet = (name: string): any => jest.requireActual(join(folder, `${name}.ts`));

it('shows a snippet of every part', () => {
  const parts = readFileSync('src/extensions/options.ts', 'utf8').matchAll(/^ {2}(\w+)\?: Part</gm);
  const names = [...parts].map(([, name]) => name!.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  expect(names).toHaveLength(9);
  // The host application has the one of the directory.
  expect(NAMES).toEqual(expect.arrayContaining(names.filter((name) => name !== 'chatbot-directory')));
});

it('compiles every snippet under the rules of this project', () => {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, '.');
  const files = NAMES.map((name) => join(folder, `${name}.ts`));
  const program = ts.createProgram(files, options);
  const problems = files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  expect(
    problems.map(({ file, messageText }) => [
      file?.fileName,
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    ]),
  ).toEqual([]);
});

describe('an event type', () => {
  it('is what publish takes', async () => {
    const { OrderPlaced, place } = snippet('event');
    const published: unknown[] = [];
    await place({ publish: async (...input: unknown[]) => published.push(...input) }, 'c', 'o');
    expect(published).toEqual([OrderPlaced, { chatbotId: 'c', data: { orderId: 'o', amountCents: 4900 } }]);
    expect(OrderPlaced.example.coupon).toBeNull();
  });
});

describe('a listener', () => {
  it('hears by the names of the contract', () => {
    const { SalesDesk } = snippet('listener');
    const eventsOf = (method: string) =>
      Reflect.getMetadata('EVENT_LISTENER_METADATA', SalesDesk.prototype[method]).map(
        ({ event }: { event: string }) => event,
      );
    expect([eventsOf('onLead'), eventsOf('onFailure')]).toEqual([['lead.captured'], ['webhook.failed']]);
  });
});

entitlementsContract('of the documentation', async () => {
  const { Flags, FlagEntitlements } = snippet('entitlements');
  const module = await Test.createTestingModule({ providers: [Flags, FlagEntitlements] }).compile();
  const flags = module.get(Flags);
  flags.on.add('paying');
  return {
    entitlements: module.get(FlagEntitlements),
    entitled: 'paying',
    notEntitled: 'not paying',
    cancel: async (id) => flags.on.delete(id),
  };
});

retryPolicyContract('of the documentation', () => new (snippet('retry-policy').PatientRetryPolicy)());

webhookSignerContract('of the documentation', () => snippet('webhook-signer').signer);

secretCipherContract('of the documentation', () => {
  const key = randomBytes(32);
  const kms = {
    encrypt: async (plaintext: string, context: string) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const bytes = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('hex');
    },
    decrypt: async (ciphertext: string, context: string) => {
      const bytes = Buffer.from(ciphertext, 'hex');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(
        Buffer.from(context),
      );
      decipher.setAuthTag(bytes.subarray(12, 28));
      return decipher.update(bytes.subarray(28)).toString('utf8') + decipher.final('utf8');
    },
  };
  return new (snippet('secret-cipher').KmsSecretCipher)(kms);
});

urlPolicyContract(
  'of the documentation',
  () => new (snippet('url-policy').PartnerUrlPolicy)(['partner.example']),
  {
    accepted: ['https://partner.example/', 'https://HOOKS.partner.example/crm?a=b'],
    refused: [
      'https://stranger.example/',
      'https://notpartner.example/',
      'https://partner.example.evil.example/',
    ],
    allowedAddresses: ['8.8.8.8'],
    refusedAddresses: ['127.0.0.1', '10.0.0.1', '::1'],
  },
);

authenticatorContract('of the documentation', async () => {
  const session = { userId: 'ada', workspaceId: '0190b7a4-8c1d-7e2f-9a3b-4c5d6e7f8091', isAdmin: false };
  const sessions = { find: async (token: string) => (token === 'token-of-ada' ? session : null) };
  return {
    authenticator: new (snippet('authenticator').SessionAuthenticator)(sessions),
    valid: {
      credential: 'token-of-ada',
      caller: {
        kind: 'organization',
        organizationId: session.workspaceId,
        keyId: 'user:ada',
        keyName: 'ada',
        scopes: ['chatbots:read', 'webhooks:read', 'deliveries:read'],
      },
    },
    invalid: ['token-of-bob'],
  };
});

describe('a rate limiter', () => {
  it('lets pass', async () => {
    await expect(new (snippet('rate-limiter').GatewayRateLimiter)().take()).resolves.toEqual({
      isAllowed: true,
    });
  });
});

deliveryQueueContract('of the documentation', {
  create: async () => new (snippet('delivery-queue').TinyQueue)(),
});
