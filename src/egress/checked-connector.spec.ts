import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { createCertificateAuthority, type CertificateAuthority } from '../../test/support/certificates.js';
import { DnsServer } from '../../test/support/dns-server.js';
import { startEgress, type EgressUnderTest } from '../../test/support/egress-sender.js';
import { RawReceiver } from '../../test/support/raw-receiver.js';
import { URL_CORPUS } from '../../test/fixtures/url-corpus.js';

const OK = 'HTTP/1.1 204 No Content\r\n\r\n';
const OK_AND_CLOSE = 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n';
const HOST = 'hooks.example.com';
/** Loopback addresses beside the one that is allowed: whatever connects there has been tricked. */
const BLOCKED_LISTENERS = ['127.0.0.2', '127.0.0.3', '::1'];

describe('Connecting', () => {
  let authority: CertificateAuthority;
  let receiver: RawReceiver;
  let canaries: RawReceiver[];
  let dns: DnsServer;
  let egress: EgressUnderTest;
  let serverNames: (string | false | null)[];
  let isClosing: boolean;
  let url: string;
  const canaryConnections = () => canaries.reduce((sum, canary) => sum + canary.connectionCount, 0);

  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });
  beforeEach(async () => {
    const { certPem, keyPem } = await authority.issue([HOST, 'other.example.com', '127.0.0.1']);
    serverNames = [];
    isClosing = false;
    receiver = await RawReceiver.start({
      tls: { cert: certPem, key: keyPem },
      onConnection: (socket) => serverNames.push((socket as TLSSocket).servername),
      answer: (socket) => (isClosing ? socket.end(OK_AND_CLOSE) : socket.write(OK)),
    });
    const { port } = receiver;
    canaries = await Promise.all(BLOCKED_LISTENERS.map((host) => RawReceiver.start({ host, port })));
    dns = await DnsServer.start();
    url = `https://${HOST}:${port}/`;
    egress = await startEgress({
      allowedNetworks: ['127.0.0.1/32', '127.0.0.9/32'],
      additionalCaPem: authority.caPem,
      dnsServers: [dns.address],
    });
  });
  afterEach(async () => {
    await egress.close();
    await Promise.all([receiver, ...canaries, dns].map((server) => server.close()));
  });

  it('reaches a name at an allowed address, and says which name it wants', async () => {
    dns.set(HOST, ['127.0.0.1']);
    expect(await egress.post(url)).toMatchObject({ kind: 'response', status: 204 });
    expect(serverNames).toEqual([HOST]);
    expect(dns.queries.sort()).toEqual([`${HOST} A`, `${HOST} AAAA`]);
  });

  it('reaches an IP literal without asking anyone, and without a server name', async () => {
    expect(await egress.post(`https://127.0.0.1:${receiver.port}/`)).toMatchObject({ status: 204 });
    expect(serverNames).toEqual([false]);
    expect(dns.queries).toEqual([]);
  });

  it('holds the certificate against the name, not the address', async () => {
    dns.set('stranger.example.com', ['127.0.0.1']);
    expect(await egress.post(`https://stranger.example.com:${receiver.port}/`)).toMatchObject({
      code: 'tls',
    });
  });

  describe('to blocked addresses', () => {
    it.each([
      ['the only one', ['127.0.0.2']],
      ['the first of two', ['127.0.0.2', '127.0.0.1']],
      ['the second of two', ['127.0.0.1', '127.0.0.2']],
      ['of the other family', ['127.0.0.1', '::1']],
      ['the last of many', [...Array<string>(20).fill('127.0.0.1'), '127.0.0.3']],
      ['the unspecified one', ['0.0.0.0']],
      ['the unspecified one of IPv6', ['::']],
      ['a mapped one', ['::ffff:127.0.0.2']],
      ['the allowed one, mapped', ['::ffff:127.0.0.1']],
    ])('never happens: %s', async (_, addresses) => {
      dns.set(HOST, addresses);
      const outcomes = await Promise.all([egress.post(url), egress.post(url), egress.post(url)]);
      expect(outcomes.map((outcome) => outcome.kind === 'failed' && outcome.code)).toEqual(
        Array(3).fill('blocked_address'),
      );
      expect([canaryConnections(), receiver.connectionCount]).toEqual([0, 0]);
    });

    it.each(['127.0.0.2', '127.0.0.3', '[::1]', '[::ffff:127.0.0.2]', '0.0.0.0', '[::]'])(
      'never happens for the literal %s',
      async (host) => {
        expect(await egress.post(`https://${host}:${receiver.port}/`)).toMatchObject({
          code: 'blocked_address',
        });
        expect([canaryConnections(), receiver.connectionCount]).toEqual([0, 0]);
      },
    );

    it('never happens for any blocked URL of the corpus, saved or not, and looks the same for all', async () => {
      const blocked = URL_CORPUS.filter(({ atConnect, addresses }) => {
        return atConnect === 'blocked' && !addresses.includes('127.0.0.1');
      });
      const outcomes = await Promise.all(
        blocked.map(({ url: written, addresses }) => {
          const { hostname } = new URL(written);
          dns.set(hostname, addresses);
          return egress.post(`https://${hostname}:${receiver.port}/`);
        }),
      );
      expect(outcomes.length).toBeGreaterThan(80);
      expect([...new Set(outcomes.map((outcome) => JSON.stringify(outcome)))]).toEqual([
        '{"kind":"failed","code":"blocked_address","message":"The webhook URL does not lead to a public address.","durationMs":0}',
      ]);
      expect([canaryConnections(), receiver.connectionCount]).toEqual([0, 0]);
    });

    it('never happens when the name is rebound between check and use', async () => {
      dns.set(HOST, (queryNumber) => (queryNumber === 1 ? ['127.0.0.1'] : ['127.0.0.2']));
      isClosing = true;
      expect(await egress.post(url)).toMatchObject({ status: 204 });
      expect(dns.queries).toHaveLength(2); // one A, one AAAA: nothing asked twice
      expect(await egress.post(url)).toMatchObject({ code: 'blocked_address' });
      expect(await egress.post(url)).toMatchObject({ code: 'blocked_address' });
      expect([canaryConnections(), receiver.connectionCount]).toEqual([0, 1]);
    });

    it('never happens over 100 rebindings in a row', async () => {
      isClosing = true;
      dns.set(HOST, (queryNumber, type) => {
        if (queryNumber % 2 === 0) return ['127.0.0.1'];
        return type === 'A' ? ['127.0.0.2', '127.0.0.1'] : ['::1'];
      });
      const kinds = [];
      for (let i = 0; i < 100; i++) kinds.push((await egress.post(url)).kind);
      expect(kinds.filter((kind) => kind === 'response')).toHaveLength(50);
      expect([canaryConnections(), receiver.connectionCount]).toEqual([0, 50]);
    });
  });

  it('goes on with a kept-alive connection whatever the name says now', async () => {
    dns.set(HOST, ['127.0.0.1']);
    await egress.post(url);
    await new Promise(setImmediate);
    dns.set(HOST, ['127.0.0.2']);
    expect(await egress.post(url)).toMatchObject({ status: 204 });
    expect([canaryConnections(), receiver.connectionCount, dns.queries.length]).toEqual([0, 1, 2]);
  });

  it('asks once for a burst of connections', async () => {
    dns.set(HOST, ['127.0.0.1']);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => egress.post(url)));
    expect(outcomes.every(({ kind }) => kind === 'response')).toBe(true);
    expect(dns.queries).toHaveLength(2);
  });

  it('tries the next address when one refuses', async () => {
    dns.set(HOST, ['127.0.0.9', '127.0.0.1']);
    expect(await egress.post(url)).toMatchObject({ status: 204 });
    dns.set('other.example.com', ['127.0.0.9']);
    expect(await egress.post(`https://other.example.com:${receiver.port}/`)).toMatchObject({
      code: 'connection_refused',
    });
  });

  describe('when names do not resolve', () => {
    it.each([
      ['does not exist', undefined, /has no address/],
      ['has no address', [], /has no address/],
      ['has failing name servers', 'servfail', /could not be looked up/],
    ] as const)('fails with dns: the name %s', async (_, record, message) => {
      if (record !== undefined) dns.set(HOST, record);
      expect(await egress.post(url)).toMatchObject({ code: 'dns', message: expect.stringMatching(message) });
    });

    it('fails within 5 s when name servers are silent', async () => {
      dns.set(HOST, 'silent');
      const outcome = await egress.post(url, 10_000);
      expect(outcome).toMatchObject({
        code: 'dns',
        message: expect.stringMatching(/could not be looked up/),
      });
      expect(outcome.durationMs).toBeLessThan(5300);
    });

    it('keeps the deadline when name servers are silent', async () => {
      dns.set(HOST, 'silent');
      const outcome = await egress.post(url, 300);
      expect(outcome).toMatchObject({ code: 'timeout' });
      expect(outcome.durationMs).toBeLessThan(500);
    });

    it('holds nobody else up: 300 dead names beside a live one', async () => {
      dns.set(HOST, ['127.0.0.1']);
      const dead = [];
      for (let i = 0; i < 300; i++) {
        dns.set(`dead${i}.example.com`, 'silent');
        dead.push(egress.post(`https://dead${i}.example.com/`, 1500));
        // More packets at once than a socket of this same process can hold would be a test of that buffer.
        if (i % 50 === 49) await delay(20);
      }
      const live = await egress.post(url);
      expect(live).toMatchObject({ status: 204 });
      expect(live.durationMs).toBeLessThan(500);
      expect((await Promise.all(dead)).every((outcome) => outcome.kind === 'failed')).toBe(true);
    });

    it('waits for a slow zone, however fast the others were', async () => {
      dns.set('other.example.com', ['127.0.0.1']);
      isClosing = true;
      for (let i = 0; i < 30; i++) await egress.post(`https://other.example.com:${receiver.port}/`);
      dns.set(HOST, ['127.0.0.1']);
      dns.delayMs = 1200;
      expect(await egress.post(url, 4000)).toMatchObject({ status: 204 });
    });

    it('does without the family whose query is dropped', async () => {
      dns.set(HOST, (_, type) => (type === 'A' ? ['127.0.0.1'] : 'silent'));
      const outcome = await egress.post(url, 5000);
      expect(outcome).toMatchObject({ status: 204 });
      expect(outcome.durationMs).toBeLessThan(1500);
    });
  });

  describe('with a hosts file', () => {
    let folder: string;
    let hostsFile: string;
    let withHosts: EgressUnderTest;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'egress-hosts-'));
      hostsFile = join(folder, 'hosts');
      writeFileSync(hostsFile, `# local\n127.0.0.1\talias ${HOST.toUpperCase()} # ours\n`);
      withHosts = await startEgress({
        allowedNetworks: ['127.0.0.1/32'],
        additionalCaPem: authority.caPem,
        dnsServers: [dns.address],
        hostsFile,
      });
      isClosing = true;
    });
    afterEach(async () => {
      await withHosts.close();
      rmSync(folder, { recursive: true });
    });

    it('believes it before any name server', async () => {
      dns.set(HOST, ['127.0.0.2']);
      expect(await withHosts.post(url)).toMatchObject({ status: 204 });
      expect(dns.queries).toEqual([]);
    });

    it('checks its addresses all the same, and sees it change', async () => {
      expect(await withHosts.post(url)).toMatchObject({ status: 204 });
      writeFileSync(hostsFile, `127.0.0.1 ${HOST}\n::1 ${HOST}\n`);
      utimesSync(hostsFile, 1, 1);
      expect(await withHosts.post(url)).toMatchObject({ code: 'blocked_address' });
      rmSync(hostsFile);
      dns.set(HOST, ['127.0.0.1']);
      expect(await withHosts.post(url)).toMatchObject({ status: 204 });
      expect(canaryConnections()).toBe(0);
    });
  });
});
