import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { runInThisContext } from 'node:vm';
import { createCertificateAuthority, type CertificateAuthority } from '../../test/support/certificates.js';
import { RawReceiver } from '../../test/support/raw-receiver.js';
import { requestKeySet } from './key-set-request.js';

const KEY_SET = '{"keys":[]}';
const answering = (text: string) => (socket: Socket) => void socket.end(text);
const keySetOf = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('the request for a key set', () => {
  let authority: CertificateAuthority;
  let receivers: RawReceiver[];
  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });
  beforeEach(() => {
    receivers = [];
  });
  afterEach(() => Promise.all(receivers.map((receiver) => receiver.close())));

  async function listen(options: { tls?: TlsOptions; answer?: (socket: Socket) => void }) {
    const receiver = await RawReceiver.start(options);
    receivers.push(receiver);
    const request = (timeoutMs = 1000) =>
      requestKeySet(
        `${options.tls ? 'https' : 'http'}://127.0.0.1:${receiver.port}/keys?tenant=7`,
        new Headers({ accept: 'application/json' }),
        timeoutMs,
      );
    return { receiver, request };
  }

  it('is a GET that asks for nothing packed, on an internal address as well', async () => {
    const { receiver, request } = await listen({ answer: answering(keySetOf(KEY_SET)) });
    const response = await request();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ keys: [] });
    expect(receiver.requests[0]).toMatch(/^GET \/keys\?tenant=7 HTTP\/1\.1\r\n/);
    expect(receiver.requests[0]).toMatch(/^accept: application\/json\r$/m);
    expect(receiver.requests[0]).toMatch(/^accept-encoding: identity\r$/m);
  });

  it('takes 64 KiB, whole, and not a byte more', async () => {
    const whole = await listen({ answer: answering(keySetOf(KEY_SET.padEnd(64 * 1024))) });
    expect(await (await whole.request()).text()).toHaveLength(64 * 1024);
    const larger = await listen({ answer: answering(keySetOf(KEY_SET.padEnd(64 * 1024 + 1))) });
    await expect(larger.request()).rejects.toThrow('larger than 64 KiB');
  });

  it.each<[string, { tls?: TlsOptions; answer?: (socket: Socket) => void }]>([
    ['nothing answers', { answer: () => undefined }],
    ['no TLS hello comes', {}],
  ])('ends at its deadline, connection and all, when %s', async (what, options) => {
    const { receiver } = await listen(options);
    const scheme = what.includes('TLS') ? 'https' : 'http';
    const startedAtMs = performance.now();
    await expect(
      requestKeySet(`${scheme}://127.0.0.1:${receiver.port}/keys`, new Headers(), 300),
    ).rejects.toMatchObject({ code: 'timeout' });
    expect(performance.now() - startedAtMs).toBeLessThan(1000);
  });

  it('leaves no connection behind', async () => {
    let isClosed = false;
    const { request } = await listen({
      answer: (socket) => {
        socket.once('close', () => (isClosed = true));
        socket.write(keySetOf(KEY_SET));
      },
    });
    await request();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isClosed).toBe(true);
  });

  // The `process.env` of a Jest test is a copy: TLS and HTTP clients read the real one.
  const realEnvironment = runInThisContext('process.env') as NodeJS.ProcessEnv;

  it('verifies TLS whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const { certPem: cert, keyPem: key } = await authority.issue(['127.0.0.1']);
    const { receiver, request } = await listen({ tls: { cert, key }, answer: answering(keySetOf(KEY_SET)) });
    realEnvironment['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      await expect(request()).rejects.toMatchObject({ cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } });
    } finally {
      delete realEnvironment['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    expect(receiver.requests).toEqual([]);
  });

  it('obeys no proxy variables', async () => {
    const proxy = await listen({});
    const variables = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
    for (const name of variables) realEnvironment[name] = `http://127.0.0.1:${proxy.receiver.port}`;
    try {
      const { request } = await listen({ answer: answering(keySetOf(KEY_SET)) });
      expect((await request()).status).toBe(200);
    } finally {
      for (const name of variables) delete realEnvironment[name];
    }
    expect(proxy.receiver.connectionCount).toBe(0);
  });
});
