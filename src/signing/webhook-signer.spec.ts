import { inspect } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { defaultWebhookSigner } from './composite.webhook-signer.js';
import { HyperleapWebhookSigner } from './hyperleap.webhook-signer.js';
import { SigningSecret } from './signing-secret.js';
import { StandardWebhooksWebhookSigner } from './standard-webhooks.webhook-signer.js';

// By path: the package exports itself to `import` only, and Jest's resolver asks for `require`.
const { verify } = jest.requireActual<typeof import('@octokit/webhooks-methods')>(
  '../../node_modules/@octokit/webhooks-methods/dist-node/index.js',
);

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const AWKWARD = '{"name":"Zoë 🤖 </script>","note":"é\\u0000"}\n';

const inputFor = (secrets: readonly [string, ...string[]], body = AWKWARD) => {
  const [current, ...previous] = secrets;
  return {
    deliveryId: '0190b0f6-0000-7000-8000-000000000001',
    body: Buffer.from(body),
    timestampSeconds: Math.floor(Date.now() / 1000),
    secrets: [SigningSecret.of(current), ...previous.map((secret) => SigningSecret.of(secret))] as const,
  };
};

describe('the X-Hyperleap signature', () => {
  const signer = new HyperleapWebhookSigner('X-Hyperleap');

  it('equals the vector that GitHub publishes for the same format', () => {
    const headers = signer.sign(inputFor(["It's a Secret to Everybody"], 'Hello, World!'));
    expect(headers).toEqual({
      'X-Hyperleap-Signature': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    });
  });

  it('is accepted by a verifier that others wrote, for a body with emoji, accents and a last newline', async () => {
    const signature = signer.sign(inputFor([SECRET]))['X-Hyperleap-Signature'] as string;
    await expect(verify(SECRET, AWKWARD, signature)).resolves.toBe(true);
    await expect(verify(SECRET, AWKWARD.trimEnd(), signature)).resolves.toBe(false);
  });

  it('uses the current secret only while two hold', async () => {
    const signature = signer.sign(inputFor([SECRET, OLD_SECRET]))['X-Hyperleap-Signature'] as string;
    await expect(verify(SECRET, AWKWARD, signature)).resolves.toBe(true);
    await expect(verify(OLD_SECRET, AWKWARD, signature)).resolves.toBe(false);
  });

  it('is named after the configured prefix', () => {
    expect(Object.keys(new HyperleapWebhookSigner('X-Acme').sign(inputFor([SECRET])))).toEqual([
      'X-Acme-Signature',
    ]);
  });
});

describe('the Standard Webhooks signature', () => {
  const signer = new StandardWebhooksWebhookSigner();

  it('equals the vector of the Standard Webhooks libraries', () => {
    const headers = signer.sign({
      deliveryId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: Buffer.from('{"test": 2432232314}'),
      timestampSeconds: 1614265330,
      secrets: [SigningSecret.of('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is accepted by the reference library under either secret of an overlap, and no other', () => {
    const headers = signer.sign(inputFor([SECRET, OLD_SECRET]));
    expect(() => new Webhook(SECRET).verify(AWKWARD, headers)).not.toThrow();
    expect(() => new Webhook(OLD_SECRET).verify(AWKWARD, headers)).not.toThrow();
    const stranger = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    expect(() => new Webhook(stranger).verify(AWKWARD, headers)).toThrow('No matching signature');
  });
});

describe('the default signer', () => {
  it('adds the headers of both schemes', () => {
    expect(Object.keys(defaultWebhookSigner('X-Hyperleap').sign(inputFor([SECRET])))).toEqual([
      'X-Hyperleap-Signature',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ]);
  });
});

it('a signing secret shows nothing of itself when it is printed', () => {
  const secret = SigningSecret.of(SECRET);
  const printed = `${JSON.stringify(secret)} ${String(secret)} ${inspect(secret, { depth: 9 })}`;
  expect(printed).not.toContain(SECRET.slice(6, 20));
  expect(printed).not.toContain(Buffer.from(SECRET).toString('hex').slice(0, 20));
});
