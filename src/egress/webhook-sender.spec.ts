import { setTimeout as delay } from 'node:timers/promises';
import { runInThisContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { createCertificateAuthority, type CertificateAuthority } from '../../test/support/certificates.js';
import { startEgress, type EgressUnderTest } from '../../test/support/egress-sender.js';
import { RawReceiver } from '../../test/support/raw-receiver.js';
import type { SendOutcome } from './webhook-sender.js';

const CRLF = '\r\n';
const head = (...lines: string[]) => `HTTP/1.1 ${lines.join(CRLF)}${CRLF}${CRLF}`;

describe('WebhookSender', () => {
  let authority: CertificateAuthority;
  let certificate: { cert: string; key: string };
  let egress: EgressUnderTest;
  const receivers: RawReceiver[] = [];

  const listen = async (options: Parameters<typeof RawReceiver.start>[0]) => {
    const receiver = await RawReceiver.start({ tls: certificate, ...options });
    receivers.push(receiver);
    return { receiver, url: `https://127.0.0.1:${receiver.port}/hook?a=1` };
  };
  const sendTo = async (
    answer: (socket: Socket, request: string) => void,
    timeoutMs?: number,
    body?: Buffer,
  ) => {
    const { url, receiver } = await listen({ answer });
    const outcome = await egress.post(url, timeoutMs, body);
    return { outcome, receiver, url };
  };

  beforeAll(async () => {
    authority = await createCertificateAuthority();
    const { certPem, keyPem } = await authority.issue(['127.0.0.1', 'hooks.example.com']);
    certificate = { cert: certPem, key: keyPem };
    egress = await startEgress({ allowedNetworks: ['127.0.0.1/32'], additionalCaPem: authority.caPem });
  });
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  });
  afterAll(() => egress.close());

  describe('the request', () => {
    it('carries the given headers and body, and nothing else but what HTTP needs', async () => {
      const { url, receiver } = await listen({ answer: (socket) => socket.write(head('204 No Content')) });
      const body = Buffer.from('{"text":"é 🚀 </script>\\n"}\n');
      await egress.sender.send({
        url,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'x/1',
          'X-Hyperleap-Event': 'lead.captured',
        },
        body,
        timeoutMs: 2000,
      });
      const [requestHead = '', requestBody = ''] = receiver.requests[0]!.split(CRLF + CRLF);
      expect(requestHead.split(CRLF)).toEqual([
        'POST /hook?a=1 HTTP/1.1',
        `host: 127.0.0.1:${receiver.port}`,
        'connection: keep-alive',
        'Content-Type: application/json',
        'User-Agent: x/1',
        'X-Hyperleap-Event: lead.captured',
        'Accept-Encoding: identity',
        `content-length: ${body.length}`,
      ]);
      expect(Buffer.from(requestBody, 'latin1').equals(body)).toBe(true);
    });

    it('is the same when a host watches through an interceptor', async () => {
      const watched = await startEgress({
        allowedNetworks: ['127.0.0.1/32'],
        additionalCaPem: authority.caPem,
      });
      const seen: unknown[] = [];
      watched.http.axiosRef.interceptors.request.use((config) => (seen.push(config.url), config));
      watched.http.axiosRef.interceptors.response.use((response) => (seen.push(response.status), response));
      const { url, receiver } = await listen({
        answer: (socket) =>
          socket.write(head('200 OK', 'Set: a', 'get: b', 'X-A: 1', 'X-A: 2', 'Content-Length: 2') + 'ok'),
      });
      const direct = await egress.post(url);
      const intercepted = await watched.post(url);
      await watched.close();
      expect(seen).toEqual([url, 200]);
      expect(receiver.requests[1]).toBe(receiver.requests[0]);
      expect(intercepted).toEqual({ ...direct, durationMs: expect.any(Number) });
      expect(direct).toMatchObject({ headers: { set: 'a', get: 'b', 'x-a': ['1', '2'] } });
    });

    it('obeys no proxy variables', async () => {
      const proxy = await listen({ tls: undefined });
      const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'];
      const environment = runInThisContext('process.env') as NodeJS.ProcessEnv;
      names.forEach(
        (name) => (environment[name] = process.env[name] = `http://127.0.0.1:${proxy.receiver.port}`),
      );
      const own = await startEgress({ allowedNetworks: ['127.0.0.1/32'], additionalCaPem: authority.caPem });
      try {
        const { url } = await listen({ answer: (socket) => socket.write(head('204 No Content')) });
        expect(await own.post(url)).toMatchObject({ kind: 'response', status: 204 });
        expect(proxy.receiver.connectionCount).toBe(0);
      } finally {
        names.forEach((name) => delete environment[name] && delete process.env[name]);
        await own.close();
      }
    });

    it('goes out in the clear under no circumstances', async () => {
      const { receiver } = await listen({ tls: undefined });
      expect(await egress.post(`http://127.0.0.1:${receiver.port}/`)).toMatchObject({
        code: 'blocked_address',
      });
      expect(receiver.connectionCount).toBe(0);
    });

    it('is not made of nonsense: that is thrown, as no receiver had a part in it', async () => {
      const { url, receiver } = await listen({});
      const send = (headers: Record<string, string>, to = url) =>
        egress.sender.send({ url: to, headers, body: Buffer.from('{}'), timeoutMs: 300 });
      await expect(send({ 'X-A': 'a\r\nX-B: b' })).rejects.toThrow('invalid X-A header');
      await expect(send({ 'X A': 'a' })).rejects.toThrow('invalid header key');
      await expect(send({}, 'not a URL')).rejects.toThrow('Invalid URL');
      expect(receiver.connectionCount).toBe(0);
    });

    it('reuses connections', async () => {
      const { url, receiver } = await listen({ answer: (socket) => socket.write(head('204 No Content')) });
      for (let i = 0; i < 5; i++) {
        expect(await egress.post(url)).toMatchObject({ status: 204 });
        await delay(5); // in the very same tick, undici's pool does not know yet that the connection is free
      }
      expect(receiver.connectionCount).toBe(1);
    });
  });

  describe('an answer', () => {
    it.each([200, 201, 204, 299, 400, 404, 410, 429, 500, 503])(
      'with status %i is a response',
      async (status) => {
        const { outcome } = await sendTo((socket) => socket.write(head(`${status} X`, 'Content-Length: 0')));
        expect(outcome).toMatchObject({ kind: 'response', status, isBodyTruncated: false });
      },
    );

    it.each([301, 302, 303, 307, 308])('redirecting with %i is not followed', async (status) => {
      const canary = await listen({});
      const { outcome } = await sendTo((socket) =>
        socket.write(
          head(`${status} X`, `Location: https://127.0.0.1:${canary.receiver.port}/`, 'Content-Length: 0'),
        ),
      );
      expect(outcome).toMatchObject({ kind: 'response', status });
      expect(canary.receiver.connectionCount).toBe(0);
    });

    it('is kept as sent: gzip is not inflated', async () => {
      const bomb = gzipSync(Buffer.alloc(10_000_000));
      const { outcome } = await sendTo((socket) => {
        socket.write(head('200 OK', 'Content-Encoding: gzip', `Content-Length: ${bomb.length}`));
        socket.write(bomb);
      });
      expect(outcome).toMatchObject({ kind: 'response', status: 200 });
      expect((outcome as { body: Buffer }).body.equals(bomb.subarray(0, 16 * 1024))).toBe(true);
    });

    it('may hold NUL bytes and invalid UTF-8', async () => {
      const bytes = Buffer.from([0x00, 0xff, 0xfe, 0xc3, 0x28, 0x00, 0xed, 0xa0, 0x80]);
      const { outcome } = await sendTo((socket) => {
        socket.write(head('200 OK', 'X-Bytes: \xff\xfe', `Content-Length: ${bytes.length}`), 'latin1');
        socket.write(bytes);
      });
      expect(outcome).toMatchObject({ kind: 'response', status: 200, isBodyTruncated: false });
      expect((outcome as { body: Buffer }).body.equals(bytes)).toBe(true);
    });

    it.each(['directly', 'through an interceptor'])(
      'may name its headers like the insides of an object: %s',
      async (way) => {
        const own = await startEgress({
          allowedNetworks: ['127.0.0.1/32'],
          additionalCaPem: authority.caPem,
        });
        if (way !== 'directly') own.http.axiosRef.interceptors.response.use((response) => response);
        const names = [
          '__proto__',
          '__proto__',
          'constructor',
          'toString',
          'set',
          'get',
          'hasOwnProperty',
          'then',
        ];
        const { url } = await listen({
          answer: (socket) =>
            socket.write(head('200 OK', ...names.map((name) => `${name}: x`), 'Content-Length: 0')),
        });
        const outcome = await own.post(url);
        await own.close();
        expect(outcome).toMatchObject({
          kind: 'response',
          status: 200,
          headers: { constructor: 'x', then: 'x' },
        });
        expect(Object.getPrototypeOf((outcome as { headers: object }).headers)).toBe(Object.prototype);
      },
    );

    it('of 16 KiB is kept whole, of one byte more is marked', async () => {
      const answerWith = (length: number) =>
        sendTo((socket) => socket.write(head('200 OK', `Content-Length: ${length}`) + 'x'.repeat(length)));
      const { outcome: whole } = await answerWith(16 * 1024);
      const { outcome: longer } = await answerWith(16 * 1024 + 1);
      expect(whole).toMatchObject({ kind: 'response', isBodyTruncated: false });
      expect(longer).toMatchObject({ kind: 'response', isBodyTruncated: true });
      expect((longer as { body: Buffer }).body).toHaveLength(16 * 1024);
    });

    it('of 60 MiB is a response, read no further than 64 KiB and what was under way', async () => {
      const chunk = Buffer.alloc(256 * 1024, 'x');
      let sentBytes = 0;
      const closed: Promise<unknown>[] = [];
      const answer = (socket: Socket) => {
        closed.push(new Promise((resolve) => socket.once('close', resolve)));
        socket.write(head('200 OK', `Content-Length: ${60 * 1024 * 1024}`));
        const pump = () => {
          while (sentBytes < 60 * 1024 * 1024) {
            sentBytes += chunk.length;
            if (!socket.write(chunk)) return void socket.once('drain', pump);
          }
        };
        pump();
      };
      const rssBefore = process.memoryUsage().rss;
      const { outcome } = await sendTo(answer);
      const rssGrowth = process.memoryUsage().rss - rssBefore;
      await Promise.all(closed);
      expect(outcome).toMatchObject({ kind: 'response', status: 200, isBodyTruncated: true });
      expect((outcome as { body: Buffer }).body).toHaveLength(16 * 1024);
      expect(sentBytes).toBeLessThan(20 * 1024 * 1024); // socket buffers of both sides
      expect(rssGrowth).toBeLessThan(20 * 1024 * 1024);
    });

    it('without a declared length ends with the connection', async () => {
      const { outcome } = await sendTo((socket) => socket.end(head('200 OK', 'Connection: close') + 'done'));
      expect(outcome).toMatchObject({ kind: 'response', status: 200, body: Buffer.from('done') });
    });

    it('may come before the body has been sent', async () => {
      const { url } = await listen({
        onConnection: (socket) => socket.end(head('413 Too Large', 'Content-Length: 0', 'Connection: close')),
      });
      expect(await egress.post(url, 2000, Buffer.alloc(4 * 1024 * 1024))).toMatchObject({
        kind: 'response',
        status: 413,
      });
    });

    it('may be preceded by interim answers', async () => {
      const { outcome } = await sendTo((socket) => {
        socket.write(head('103 Early Hints', 'Link: </x>') + head('102 Processing') + head('204 No Content'));
      });
      expect(outcome).toMatchObject({ kind: 'response', status: 204 });
    });

    it.each<[string, string[]]>([
      ['at once', [head('100 Continue') + head('204 No Content')]],
      ['before it', [head('100 Continue'), head('204 No Content')]],
      ['several times, with headers', [head('100 Continue', 'X-A: b').repeat(3), head('204 No Content')]],
      ['byte by byte', [...(head('100 Go on') + head('204 No Content'))]],
    ])('may be preceded by a 100 that nobody asked for, %s', async (_how, parts) => {
      const { url } = await listen({
        answer: (socket) =>
          void (async () => {
            for (const part of parts) {
              socket.write(part);
              await new Promise((resolve) => setTimeout(resolve, 2));
            }
          })(),
      });
      for (let round = 0; round < 2; round++) {
        expect(await egress.post(url)).toMatchObject({ kind: 'response', status: 204 });
      }
    });

    it('may have a body that looks like a 100', async () => {
      const body = head('100 Continue');
      const { outcome } = await sendTo((socket) => {
        socket.write(head('200 OK', `Content-Length: ${body.length}`));
        setTimeout(() => socket.write(body), 20);
      });
      expect(outcome).toMatchObject({ status: 200, body: Buffer.from(body), isBodyTruncated: false });
    });

    it('does not spill into the next one', async () => {
      const { url, receiver } = await listen({
        answer: (socket) => {
          const isFirst = receiver.requests.length === 1;
          socket.write(
            head(isFirst ? '500 X' : '204 No Content', 'Content-Length: 0') +
              (isFirst ? head('200 Evil') : ''),
          );
        },
      });
      expect(await egress.post(url)).toMatchObject({ status: 500 });
      await delay(20);
      expect(await egress.post(url)).toMatchObject({ status: 204 });
      expect(receiver.connectionCount).toBe(2);
    });
  });

  describe('fails with', () => {
    const failure = (outcome: SendOutcome) => {
      expect(outcome.kind).toBe('failed');
      return outcome as Extract<SendOutcome, { kind: 'failed' }>;
    };

    it('connection_refused when nothing listens', async () => {
      const { receiver, url } = await listen({});
      await receiver.close();
      expect(await egress.post(url)).toMatchObject({ code: 'connection_refused' });
    });

    it('connection_reset on an RST after the request', async () => {
      const { outcome } = await sendTo((socket) => receivers.at(-1)!.resetAll() ?? socket);
      expect(outcome).toMatchObject({
        code: 'connection_reset',
        message: expect.stringMatching(/before an answer/),
      });
    });

    it('connection_reset on an RST before TLS', async () => {
      const { url } = await listen({
        tls: undefined,
        onConnection: (socket) => void socket.resetAndDestroy(),
      });
      expect(await egress.post(url)).toMatchObject({ code: 'connection_reset' });
    });

    it('connection_reset on a polite close without an answer', async () => {
      const { outcome } = await sendTo((socket) => socket.end());
      expect(outcome).toMatchObject({ code: 'connection_reset' });
    });

    it.each([
      ['a declared length', ['Content-Length: 100']],
      ['a declared length, closing', ['Content-Length: 100', 'Connection: close']],
      ['chunks', ['Transfer-Encoding: chunked']],
      ['chunks, closing', ['Transfer-Encoding: chunked', 'Connection: close']],
    ])('connection_reset and the part that arrived when cut off within %s', async (_, lines) => {
      const { outcome } = await sendTo((socket) => socket.end(`${head('200 OK', ...lines)}6\r\npart`));
      expect(outcome).toMatchObject({
        code: 'connection_reset',
        message: expect.stringMatching(/before the whole answer/),
        response: { status: 200, isBodyTruncated: true },
      });
      expect(failure(outcome).response!.body.toString()).toContain('part');
    });

    it.each([
      ['bad chunking', `${head('200 OK', 'Transfer-Encoding: chunked')}zz\r\nxx\r\n`],
      ['a negative chunk', `${head('200 OK', 'Transfer-Encoding: chunked')}-1\r\nxx\r\n`],
      ['two lengths', head('200 OK', 'Content-Length: 1', 'Content-Length: 2')],
      ['a length and chunks', head('200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked')],
      ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
      ['a status that is none', 'HTTP/1.1 9999 X\r\n\r\n'],
      ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
      ['a NUL in a header', head('200 OK', 'X-A: a\0b', 'Content-Length: 0')],
      [
        '20 KB of headers',
        head('200 OK', ...Array.from({ length: 20 }, (_, i) => `X-${i}: ${'x'.repeat(1024)}`)),
      ],
      ['one header of 20 KB', head('200 OK', `X-A: ${'x'.repeat(20 * 1024)}`)],
      [
        '20 KB of trailers',
        `${head('200 OK', 'Transfer-Encoding: chunked')}0\r\nX-A: ${'x'.repeat(20 * 1024)}\r\n\r\n`,
      ],
      ['an upgrade', head('101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket')],
      ['an upgrade without headers', head('101 Switching Protocols')],
      ['100 Continue without end', head('100 Continue').repeat(100)],
      ['100 Continue with a head without end', `HTTP/1.1 100 Continue\r\nX-A: ${'x'.repeat(20 * 1024)}`],
      ['interim answers without end', head('102 Processing').repeat(100)],
    ])('network on %s', async (_, bytes) => {
      const { outcome } = await sendTo((socket) => socket.write(bytes, 'latin1'));
      expect(outcome).toMatchObject({ kind: 'failed', code: 'network' });
      expect(failure(outcome).durationMs).toBeLessThan(1500);
    });

    it.each([
      ['chunk extensions', head('200 OK', 'Transfer-Encoding: chunked'), `1;x=${'y'.repeat(8192)}`],
      ['a reason phrase', 'HTTP/1.1 200 ', 'x'.repeat(8192)],
    ])('network on %s without end, soon', async (_, start, more) => {
      const { outcome } = await sendTo((socket) => {
        socket.write(start);
        const pump = () => {
          while (!socket.destroyed && socket.write(more));
          socket.once('drain', pump);
        };
        pump();
      }, 5000);
      expect(outcome).toMatchObject({ kind: 'failed', code: 'network' });
      expect(failure(outcome).durationMs).toBeLessThan(3000);
    });

    it('timeout when nothing comes but a 100 that nobody asked for', async () => {
      const { outcome } = await sendTo((socket) => socket.write(head('100 Continue')), 300);
      expect(outcome).toMatchObject({ code: 'timeout' });
    });

    it('connection_reset when the connection ends within an interim answer', async () => {
      const { outcome } = await sendTo((socket) => socket.end('HTTP/1.1 100 Cont'));
      expect(outcome).toMatchObject({ code: 'connection_reset' });
    });

    it('timeout when no answer comes', async () => {
      const { outcome } = await sendTo(() => undefined, 300);
      expect(outcome).toMatchObject({
        code: 'timeout',
        message: 'The receiver gave no complete answer within 0.3 s.',
      });
      expect(failure(outcome).durationMs).toBeGreaterThanOrEqual(299);
      expect(failure(outcome).durationMs).toBeLessThan(600);
    });

    it('timeout when the answer drips, with the part that had arrived, and lets go of the connection', async () => {
      const dripping: Socket[] = [];
      const { outcome } = await sendTo((socket) => {
        dripping.push(socket);
        socket.write(head('200 OK', 'Content-Length: 80'));
        const timer = setInterval(() => socket.write('x'), 100);
        socket.once('close', () => clearInterval(timer));
      }, 500);
      expect(outcome).toMatchObject({ code: 'timeout', response: { status: 200, isBodyTruncated: true } });
      expect(failure(outcome).durationMs).toBeLessThan(800);
      expect(failure(outcome).response!.body.toString()).toMatch(/^x{2,5}$/);
      await delay(50);
      expect(dripping[0]!.destroyed).toBe(true);
    });

    it('timeout when the headers drip', async () => {
      const { outcome } = await sendTo((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('X-A: 1\r\n'), 50);
        socket.once('close', () => clearInterval(timer));
      }, 400);
      expect(outcome).toMatchObject({ code: 'timeout' });
      expect(failure(outcome).response).toBeUndefined();
    });

    it('timeout when TLS never begins, and does not send later', async () => {
      const { url, receiver } = await listen({ tls: undefined });
      const outcome = await egress.post(url, 300);
      expect(outcome).toMatchObject({ code: 'timeout' });
      expect(failure(outcome).durationMs).toBeLessThan(600);
      expect(receiver.requests).toEqual([]);
    });

    it('blocked_address in the same words and the same time for every blocked target', async () => {
      const targets = [
        '10.0.0.1',
        '127.0.0.2',
        '169.254.169.254',
        '[::1]',
        '[fd00:ec2::254]',
        '[::ffff:127.0.0.1]',
      ];
      const outcomes = await Promise.all(targets.map((host) => egress.post(`https://${host}:9/`)));
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
        new Set([
          JSON.stringify({
            kind: 'failed',
            code: 'blocked_address',
            message: 'The webhook URL does not lead to a public address.',
            durationMs: 0,
          }),
        ]),
      );
    });
  });

  describe('TLS', () => {
    it('fails on a certificate for another host', async () => {
      const other = await authority.issue(['other.example.com']);
      const { url } = await listen({ tls: { cert: other.certPem, key: other.keyPem } });
      expect(await egress.post(url)).toMatchObject({
        code: 'tls',
        message: expect.stringMatching(/another host name/),
      });
    });

    it('fails on a certificate of an authority that is not trusted', async () => {
      const stranger = await (await createCertificateAuthority()).issue(['127.0.0.1']);
      const { url, receiver } = await listen({
        tls: { cert: stranger.certPem, key: stranger.keyPem },
        answer: (socket) => socket.end(),
      });
      expect(await egress.post(url)).toMatchObject({
        code: 'tls',
        message: expect.stringMatching(/not trusted/),
      });
      expect(receiver.requests).toEqual([]);
    });

    it('is verified even with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
      const stranger = await (await createCertificateAuthority()).issue(['127.0.0.1']);
      const { url } = await listen({ tls: { cert: stranger.certPem, key: stranger.keyPem } });
      // Jest hands out a copy of the environment; what TLS reads is the real one.
      const environment = runInThisContext('process.env') as NodeJS.ProcessEnv;
      environment.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      try {
        expect(await egress.post(url)).toMatchObject({ code: 'tls' });
      } finally {
        delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
      }
    });

    it('fails below version 1.2, and works with 1.2', async () => {
      const old = {
        ...certificate,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      } as const;
      const { url } = await listen({ tls: old });
      expect(await egress.post(url)).toMatchObject({
        code: 'tls',
        message: expect.stringMatching(/TLS 1\.2 or newer/),
      });
      const { url: newer } = await listen({
        tls: { ...certificate, maxVersion: 'TLSv1.2' },
        answer: (socket) => socket.write(head('204 No Content')),
      });
      expect(await egress.post(newer)).toMatchObject({ status: 204 });
    });

    it('fails on a receiver that speaks plain HTTP', async () => {
      const { url } = await listen({
        tls: undefined,
        onConnection: (socket) => socket.write(head('200 OK')),
      });
      expect(await egress.post(url)).toMatchObject({ code: 'tls' });
    });
  });

  it('holds 200 requests at once, each with its own end', async () => {
    const { url } = await listen({
      answer: (socket, request) => {
        const isHung = request.includes('hang');
        if (!isHung) socket.write(head('204 No Content'));
      },
    });
    // 200 handshakes on both ends, in one process.
    const send = (body: string) => egress.post(url, 10_000, Buffer.from(body));
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, i) => send(i % 4 === 0 ? 'hang' : 'ok')),
    );
    const kinds = outcomes.map((outcome) => (outcome.kind === 'response' ? outcome.status : outcome.code));
    expect(kinds).toEqual(Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? 'timeout' : 204)));
  });
});
