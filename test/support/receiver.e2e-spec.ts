import { request, type Dispatcher, Agent } from 'undici';
import { createCertificateAuthority } from './certificates.js';
import { ScriptedReceiver } from './receiver.js';

describe('ScriptedReceiver', () => {
  let receiver: ScriptedReceiver;
  let agent: Agent;

  beforeAll(async () => {
    const authority = await createCertificateAuthority();
    receiver = await ScriptedReceiver.start({ certificate: await authority.issue(['127.0.0.1']) });
    agent = new Agent({ connections: 1, connect: { ca: authority.caPem } });
  });
  beforeEach(() => receiver.clear());
  afterAll(async () => {
    await receiver.close();
    await agent.destroy();
  });

  const post = (path: string, body: string | Buffer = '{}'): Promise<Dispatcher.ResponseData> =>
    request(receiver.url(path), { method: 'POST', body, dispatcher: agent });
  const statusOf = async (path: string): Promise<number> => {
    const { statusCode, body } = await post(path);
    await body.dump();
    return statusCode;
  };

  it('answers each path by its own script, repeats the last answer, and 200 to the rest', async () => {
    receiver.script('/crm', { status: 500 }, { status: 503 }, { status: 204 });

    const statuses = [];
    for (const path of ['/crm', '/crm?x=1', '/other', '/crm', '/crm']) statuses.push(await statusOf(path));

    expect(statuses).toEqual([500, 503, 200, 204, 204]);
    expect(receiver.requestsTo('/crm')).toHaveLength(4);
  });

  it('keeps method, path, headers and the raw bytes', async () => {
    const bytes = Buffer.from('{"deliveryId":"d-1","text":"héllo 👋"}\n');

    await post('/raw?x=1', bytes);

    const [received] = await receiver.waitForDelivery('d-1');
    expect(received).toMatchObject({ method: 'POST', path: '/raw?x=1', deliveryId: 'd-1' });
    expect(received?.body.equals(bytes)).toBe(true);
    expect(received?.headers['content-length']).toBe(String(bytes.length));
    expect(Math.abs((received?.receivedAtMs ?? 0) - Date.now())).toBeLessThan(2_000);
  });

  it('waits for requests that are still to come, and says what arrived when they do not', async () => {
    setTimeout(() => void statusOf('/late'), 30);
    await expect(receiver.waitFor(1, 5_000, '/late')).resolves.toHaveLength(1);

    await expect(receiver.waitFor(5, 20)).rejects.toThrow(
      'Waited 20 ms for 5 requests; 1 requests arrived, the last of them: POST /late',
    );
  });

  it('can hang, reset, redirect, cut off and speak raw bytes', async () => {
    receiver
      .script('/hang', { hang: true })
      .script('/reset', { reset: true })
      .script('/redirect', { redirectTo: 'https://127.0.0.1:1/', status: 307 })
      .script('/cut-off', { body: 'x'.repeat(100), cutOffAfterBytes: 10 })
      .script('/raw', { raw: 'nonsense\r\n\r\n' });

    await expect(
      request(receiver.url('/hang'), { dispatcher: agent, signal: AbortSignal.timeout(100) }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(post('/reset')).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/),
    });
    const redirect = await post('/redirect');
    expect([redirect.statusCode, redirect.headers.location]).toEqual([307, 'https://127.0.0.1:1/']);
    await expect(post('/cut-off').then(({ body }) => body.text())).rejects.toThrow();
    await expect(post('/raw')).rejects.toThrow('Expected HTTP/');
  });

  it('delays and drips', async () => {
    receiver
      .script('/slow', { delayMs: 80 })
      .script('/drip', { drip: { chunk: 'ab', everyMs: 30, times: 3 } });

    const startedAtMs = performance.now();
    await statusOf('/slow');
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(79);

    const dripping = await post('/drip');
    const headersAtMs = performance.now();
    await expect(dripping.body.text()).resolves.toBe('ababab');
    expect(performance.now() - headersAtMs).toBeGreaterThanOrEqual(60);
  });

  it('tells connections apart, so that reuse can be asserted', async () => {
    await statusOf('/one');
    await statusOf('/two');
    const [one, two] = await receiver.waitFor(2);
    expect(two?.connectionNumber).toBe(one?.connectionNumber);
  });
});
