import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api.js';
import { createCertificateAuthority } from './support/certificates.js';
import { ScriptedReceiver } from './support/receiver.js';
import { settingsIn, startServerProcess } from './support/server-process.js';

const PLATFORM_KEY = 'platform-key-of-the-kill';

/** Far below the lease of 15 s that an attempt has: nobody waits for one that died with its process. */
const AT_ONCE_MS = 5_000;

it('on the embedded database, an attempt that is killed is made again as soon as the server is back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chatbot-webhooks-kill-'));
  const authority = await createCertificateAuthority();
  const receiver = await ScriptedReceiver.start({ certificate: await authority.issue(['127.0.0.1']) });
  receiver.script('/', { hang: true }, { status: 200 });
  const settings = await settingsIn(folder, { adminApiKey: PLATFORM_KEY, caPem: authority.caPem });
  let server = await startServerProcess(settings);
  try {
    let api = new Api(server.url, PLATFORM_KEY);
    const organization = (await api.post('/v1/organizations', { name: 'Acme', plan: 'pro' })).expect(
      201,
    ).body;
    const chatbot = { organizationId: organization.id, name: 'Support Bot' };
    const path = `/v1/chatbots/${(await api.post('/v1/chatbots', chatbot)).expect(201).body.id}`;
    const saved = { enabled: true, url: receiver.url('/'), events: [] };
    (await api.put(`${path}/webhook`, saved)).expect(200);
    const event = { eventType: 'lead.captured', data: { name: 'Ada' } };
    const { deliveryId } = (await api.post(`${path}/events`, event)).expect(202).body;
    await receiver.waitFor(1);
    await server.kill();

    server = await startServerProcess(settings);
    api = new Api(server.url, PLATFORM_KEY);
    const [first, second] = await receiver.waitForDelivery(deliveryId, AT_ONCE_MS, 2);
    expect(second!.body.equals(first!.body)).toBe(true);
    expect(second!.headers['x-hyperleap-attempt']).toBe('2');
    let delivery;
    do {
      await sleep(50);
      delivery = (await api.get(`${path}/deliveries/${deliveryId}`)).expect(200).body;
    } while (delivery.status === 'pending');
    expect(delivery).toMatchObject({
      status: 'delivered',
      attempts: [
        { number: 1, error: { code: 'interrupted' } },
        { number: 2, error: null },
      ],
    });
  } finally {
    await server.stop();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
