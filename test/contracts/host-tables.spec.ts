import { DataSource } from 'typeorm';
import { BillingEntitlements } from '../../examples/host-app/src/billing/billing.entitlements.js';
import { BillingService } from '../../examples/host-app/src/billing/billing.service.js';
import { BotDirectory } from '../../examples/host-app/src/bots/bot.directory.js';
import { Bot } from '../../examples/host-app/src/bots/bot.entity.js';
import { OrganizationsService } from '../../src/access/index.js';
import { ChatbotDirectory, Entitlements } from '../../src/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { type RunningHost, startHost } from '../support/host-app.js';
import { chatbotDirectoryContract } from './chatbot-directory.contract.js';
import { entitlementsContract } from './entitlements.contract.js';

jest.setTimeout(60_000);

describe('our own tables', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  entitlementsContract('the organization\u2019s plan', async () => ({
    entitlements: app.app.get(Entitlements, { strict: false }),
    entitled: await app.newOrganization('pro'),
    notEntitled: await app.newOrganization('free'),
    cancel: async (id) => {
      const organizations = app.app.get(OrganizationsService, { strict: false });
      await organizations.update(id, { plan: 'free' }, { caller: 'system', remoteAddress: null });
    },
  }));

  chatbotDirectoryContract('our table', async () => ({
    directory: app.app.get(ChatbotDirectory, { strict: false }),
    add: async (chatbots) => {
      for (const id of new Set(chatbots.map(({ organizationId }) => organizationId))) {
        const organization = { id, name: 'Acme', plan: 'pro' };
        await app.app
          .get(OrganizationsService, { strict: false })
          .create(organization, { caller: 'system', remoteAddress: null });
      }
      for (const chatbot of chatbots) (await app.api.post('/v1/chatbots', chatbot)).expect(201);
    },
    remove: async (id) => void (await app.api.delete(`/v1/chatbots/${id}`)).expect(204),
  }));
});

describe('the host application\u2019s tables', () => {
  let host: RunningHost;
  beforeAll(async () => {
    host = await startHost(async () => (await import('../../examples/host-app/src/app.module.js')).AppModule);
  });
  afterAll(() => host.close());

  entitlementsContract('its billing', async () => {
    const billing = host.app.get(BillingService);
    const [entitled, notEntitled] = [
      '0190b7a4-8c1d-7e2f-9a3b-00000000000a',
      '0190b7a4-8c1d-7e2f-9a3b-00000000000b',
    ];
    billing.subscribe(entitled);
    return {
      entitlements: new BillingEntitlements(billing),
      entitled,
      notEntitled,
      cancel: async (id) => billing.cancel(id),
    };
  });

  chatbotDirectoryContract('its bots', async () => {
    const { manager } = host.app.get(DataSource);
    return {
      directory: host.app.get(BotDirectory),
      add: async (chatbots) => {
        const bots = chatbots.map(({ id, name, organizationId }) => ({
          id,
          title: name,
          workspaceId: organizationId,
        }));
        await manager.insert(Bot, bots);
      },
      remove: async (id) => void (await manager.delete(Bot, id)),
    };
  });
});
