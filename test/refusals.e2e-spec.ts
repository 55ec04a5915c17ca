import { EgressOptions } from '../src/egress/index.js';
import { DataSource } from 'typeorm';
import { startApp, type TestApp, type TestChatbot } from './support/app.js';
import { DnsServer } from './support/dns-server.js';

/** Names that a customer may own, and where they lead: nowhere that our servers would go. */
const BLOCKED_NAMES: Record<string, string[]> = {
  'private.customer-a.com': ['10.1.2.3'],
  'loopback.customer-a.com': ['127.0.0.1'],
  'metadata.customer-a.com': ['169.254.169.254'],
  'mixed.customer-a.com': ['93.184.215.14', '192.168.0.1'],
  'six.customer-a.com': ['fd00:ec2::254'],
  'mapped.customer-a.com': ['::ffff:10.0.0.1'],
  'many.customer-a.com': Array.from({ length: 20 }, (_, i) => `172.16.0.${i}`),
};
const BLOCKED_LITERALS = [
  '10.1.2.3',
  '127.0.0.1',
  '127.0.0.1:6379',
  '169.254.169.254',
  '192.168.0.1',
  '[::1]',
  '[fd00:ec2::254]',
  '[64:ff9b::a00:1]',
  '[::ffff:10.0.0.1]',
  '0x7f.1',
  '2130706433',
];

let app: TestApp;
let dns: DnsServer;
let chatbot: TestChatbot;
beforeAll(async () => {
  dns = await DnsServer.start(BLOCKED_NAMES);
  app = await startApp({
    overrides: [[EgressOptions, new EgressOptions({ dnsServers: [dns.address], hostsFile: null })]],
    environment: { WEBHOOK_ALLOWED_NETWORKS: '', WEBHOOK_RETRY_DELAYS: '1ms' },
  });
  chatbot = await app.newChatbot();
});
afterAll(async () => {
  await app.close();
  await dns.close();
});

/** Everything that the owner of a chatbot can read of a delivery, but for what names this very delivery. */
async function whatTheOwnerSees(): Promise<string> {
  const { deliveryId } = (await app.api.post(`${chatbot.path}/webhook/test`, {})).expect(202).body;
  const detail = await app.delivery(chatbot, deliveryId);
  const [listed] = (await app.api.get(`${chatbot.path}/deliveries?limit=1`)).body.items;
  const texts = JSON.stringify({ detail, listed }, (key, value: unknown) =>
    ['id', 'url', 'requestBody', 'requestHeaders'].includes(key) || /At$/.test(key) ? typeof value : value,
  );
  return texts.replaceAll(deliveryId, '(id)');
}

describe('a blocked target', () => {
  it('answers the same at save, however its address is written', async () => {
    const answers = await Promise.all(
      BLOCKED_LITERALS.map(async (host) => {
        const settings = { enabled: true, url: `https://${host}/`, events: [] };
        return (await app.api.put(`${chatbot.path}/webhook`, settings)).expect(400).text;
      }),
    );
    expect([...new Set(answers)]).toHaveLength(1);
    expect(JSON.parse(answers[0]!)).toMatchObject({ code: 'validation_failed', errors: [{ field: 'url' }] });
  });

  it('looks the same in Recent Deliveries, wherever a name leads and whatever was saved once', async () => {
    const seen = new Map<string, string>();
    for (const name of Object.keys(BLOCKED_NAMES)) {
      await app.save(chatbot, { url: `https://${name}/path` });
      seen.set(name, await whatTheOwnerSees());
    }
    // As if the rules had been wider when these were saved.
    for (const host of BLOCKED_LITERALS) {
      const { href } = new URL(`https://${host}/path`);
      await app.app
        .get(DataSource)
        .query('UPDATE chatbot_webhooks.webhook_settings SET url = $1 WHERE chatbot_id = $2', [
          href,
          chatbot.id,
        ]);
      seen.set(host, await whatTheOwnerSees());
    }
    const [first] = seen.values();
    for (const [target, text] of seen) expect([target, text]).toEqual([target, first]);

    const { detail } = JSON.parse(first!);
    expect(detail).toMatchObject({ status: 'failed', durationMs: 0, responseStatus: null });
    expect(detail.attempts.map((attempt: object) => attempt)).toEqual(
      [1, 2].map((number) =>
        expect.objectContaining({
          number,
          durationMs: 0,
          responseStatus: null,
          error: {
            code: 'blocked_address',
            message: 'The webhook URL does not lead to a public address.',
          },
        }),
      ),
    );
  });
});
