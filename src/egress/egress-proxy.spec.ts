import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { createCertificateAuthority, type CertificateAuthority } from '../../test/support/certificates.js';
import { DnsServer } from '../../test/support/dns-server.js';
import { startEgress, type EgressUnderTest } from '../../test/support/egress-sender.js';
import { RawReceiver } from '../../test/support/raw-receiver.js';
import { EgressProxy } from './egress-proxy.js';

const HOST = 'hooks.example.com';

describe('An egress proxy', () => {
  let authority: CertificateAuthority;
  let receiver: RawReceiver;
  let dns: DnsServer;
  let proxy: Server;
  let proxyHeads: string[];
  let proxyAnswer: string;
  let egress: EgressUnderTest;

  beforeAll(async () => {
    authority = await createCertificateAuthority();
    const { certPem, keyPem } = await authority.issue([HOST]);
    receiver = await RawReceiver.start({
      tls: { cert: certPem, key: keyPem },
      answer: (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
    });
    dns = await DnsServer.start({ [HOST]: ['127.0.0.1'], 'private.example.com': ['10.0.0.1'] });
    proxy = createServer((client) => {
      client.on('error', () => undefined);
      client.once('data', (bytes) => {
        proxyHeads.push(bytes.toString());
        client.write(proxyAnswer);
        if (!proxyAnswer.startsWith('HTTP/1.1 200')) return;
        const upstream = connect(receiver.port, '127.0.0.1').on('error', () => client.destroy());
        client.pipe(upstream).pipe(client);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(async () => {
    proxyHeads = [];
    proxyAnswer = 'HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n';
    egress = await startEgress({
      allowedNetworks: ['127.0.0.1/32'],
      additionalCaPem: authority.caPem,
      dnsServers: [dns.address],
      proxyUrl: `http://user:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    });
  });
  afterEach(() => egress.close());
  afterAll(async () => {
    await Promise.all([receiver.close(), dns.close(), new Promise((resolve) => proxy.close(resolve))]);
  });

  it('carries requests through a tunnel, end-to-end TLS inside', async () => {
    expect(await egress.post(`https://${HOST}:8443/`)).toMatchObject({ kind: 'response', status: 204 });
    expect(proxyHeads).toEqual([
      `CONNECT ${HOST}:8443 HTTP/1.1\r\nHost: ${HOST}:8443\r\nProxy-Authorization: Basic ${btoa('user:p@ss')}\r\n\r\n`,
    ]);
  });

  it('is not even asked for blocked addresses', async () => {
    expect(await egress.post('https://private.example.com/')).toMatchObject({ code: 'blocked_address' });
    expect(await egress.post('https://10.0.0.1/')).toMatchObject({ code: 'blocked_address' });
    expect(proxyHeads).toEqual([]);
  });

  it.each([
    ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n'],
    ['asks for a password', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'],
    ['talks nonsense', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['talks without end', 'x'.repeat(9000)],
    ['speaks in the name of the receiver', 'HTTP/1.1 201 OK\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'],
  ])('that %s ends the attempt with network', async (_, answer) => {
    proxyAnswer = answer;
    expect(await egress.post(`https://${HOST}/`)).toMatchObject({
      code: 'network',
      message: 'The egress proxy refused to connect to the receiver.',
    });
  });

  it('that hangs runs into the deadline', async () => {
    proxyAnswer = 'HTTP/1.1 100 ';
    expect(await egress.post(`https://${HOST}/`, 300)).toMatchObject({ code: 'timeout' });
  });

  it.each(['', 'proxy.example.com:3128', 'socks5://127.0.0.1:1080', 'http://user:secret@'])(
    'cannot be set to "%s", and the error does not repeat it',
    (proxyUrl) => {
      expect(() => new EgressProxy(proxyUrl)).toThrow(
        'The egress proxy must be a URL such as http://proxy.example.com:3128.',
      );
    },
  );
});
