import { setTimeout as delay } from 'node:timers/promises';
import { createCertificateAuthority, type CertificateAuthority } from '../../test/support/certificates.js';
import { startEgress } from '../../test/support/egress-sender.js';
import { RawReceiver } from '../../test/support/raw-receiver.js';
import { SenderClosedError } from './index.js';

const OK = 'HTTP/1.1 204 No Content\r\n\r\n';

describe('Kept connections', () => {
  let authority: CertificateAuthority;
  let tls: { cert: string; key: string };
  const receivers: RawReceiver[] = [];
  let open: { count: number };

  const listen = async (answer: Parameters<typeof RawReceiver.start>[0]['answer']) => {
    const counted = open; // of this test: the last one's sockets may close late
    const onConnection: Parameters<typeof RawReceiver.start>[0]['onConnection'] = (socket) => {
      counted.count += 1;
      socket.on('close', () => (counted.count -= 1));
    };
    const receiver = await RawReceiver.start({ tls, answer, onConnection });
    receivers.push(receiver);
    return { receiver, url: `https://127.0.0.1:${receiver.port}/` };
  };
  const start = (values: Parameters<typeof startEgress>[0] = {}) =>
    startEgress({ allowedNetworks: ['127.0.0.1/32'], additionalCaPem: authority.caPem, ...values });

  beforeAll(async () => {
    authority = await createCertificateAuthority();
    const { certPem, keyPem } = await authority.issue(['127.0.0.1']);
    tls = { cert: certPem, key: keyPem };
  });
  beforeEach(() => (open = { count: 0 }));
  afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.close())));

  it('belong to the origins used last', async () => {
    const egress = await start({ keptOrigins: 2 });
    const origins = await Promise.all([1, 2, 3, 4].map(() => listen((socket) => socket.write(OK))));
    for (const { url } of origins) await egress.post(url);
    await delay(50);
    expect(open.count).toBe(2);
    await egress.post(origins[3]!.url);
    expect(origins.map(({ receiver }) => receiver.connectionCount)).toEqual([1, 1, 1, 1]);
    await egress.post(origins[0]!.url);
    expect(origins[0]!.receiver.connectionCount).toBe(2);
    await egress.close();
  });

  it('do not exceed their number per origin; what is beyond waits its turn', async () => {
    const egress = await start({ connectionsPerOrigin: 3 });
    const { url, receiver } = await listen((socket) => void setTimeout(() => socket.write(OK), 20));
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => egress.post(url)));
    expect(outcomes.every(({ kind }) => kind === 'response')).toBe(true);
    expect(receiver.connectionCount).toBe(3);
    await egress.close();
  });

  it('are let go a second before the receiver said it would', async () => {
    const egress = await start();
    const { url } = await listen((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 0\r\n\r\n'),
    );
    await egress.post(url);
    await delay(600);
    expect(open.count).toBe(1);
    await delay(700);
    expect(open.count).toBe(0);
    await egress.close();
  });

  it('are replaced after the receiver hung up on them', async () => {
    const egress = await start();
    const { url, receiver } = await listen((socket) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 10);
    });
    for (let i = 0; i < 5; i++) {
      expect(await egress.post(url)).toMatchObject({ status: 204 });
      await delay(30);
    }
    expect(receiver.connectionCount).toBe(5);
    await egress.close();
  });

  it('never carry a request twice, even if the receiver hangs up as it arrives', async () => {
    const egress = await start();
    const { url, receiver } = await listen((socket) => {
      if (receiver.requests.length === 1) socket.write(OK);
      else socket.end();
    });
    await egress.post(url);
    await new Promise(setImmediate);
    expect(await egress.post(url)).toMatchObject({ code: 'connection_reset' });
    expect(receiver.requests).toHaveLength(2);
    await egress.close();
  });

  it('end with the sender: idle ones at once, busy ones after a short grace', async () => {
    const egress = await start();
    const { url: idle } = await listen((socket) => socket.write(OK));
    const { url: hung } = await listen(() => undefined);
    await egress.post(idle);
    const pending = egress.post(hung, 60_000).catch((error: unknown) => error);
    await delay(50);
    const closedFrom = performance.now();
    await egress.close();
    expect(performance.now() - closedFrom).toBeLessThan(1500);
    expect(await pending).toBeInstanceOf(SenderClosedError);
    await delay(20);
    expect(open.count).toBe(0);
    await expect(egress.post(idle)).rejects.toBeInstanceOf(SenderClosedError);
  });

  it('end with the sender while they are being opened', async () => {
    const egress = await start();
    const receiver = await RawReceiver.start({});
    receivers.push(receiver);
    const pending = egress
      .post(`https://127.0.0.1:${receiver.port}/`, 60_000)
      .catch((error: unknown) => error);
    await delay(50);
    await egress.close();
    expect(await pending).toBeInstanceOf(SenderClosedError);
  });
});
