import { validateHeaderName, validateHeaderValue } from 'node:http';
import { SigningSecret, type WebhookSigner } from '../../src/signing/index.js';

const secretOf = (fill: number) => SigningSecret.of(`whsec_${Buffer.alloc(32, fill).toString('base64')}`);
const [current, previous] = [secretOf(1), secretOf(2)];
const input = {
  deliveryId: '0190b0f6-0000-7000-8000-000000000001',
  body: Buffer.from('{"name":"Zoë 🤖"}\n'),
  timestampSeconds: 1_700_000_000,
  secrets: [current] as const,
};
/** Set by the sender itself. */
const TAKEN = /^(content-type|content-length|host|user-agent|.*-(event|delivery-id|attempt|test))$/i;

/** What Signing relies on. Run it on your own scheme: `webhookSignerContract('mine', () => new MySigner())`. */
export function webhookSignerContract(name: string, make: () => WebhookSigner): void {
  describe(`WebhookSigner: ${name}`, () => {
    const signer = make();

    it('adds headers that HTTP can carry and that are not taken', () => {
      const headers = Object.entries(signer.sign(input));
      expect(headers.length).toBeGreaterThan(0);
      for (const [header, value] of headers) {
        expect(() => validateHeaderName(header)).not.toThrow();
        expect(() => validateHeaderValue(header, value)).not.toThrow();
        expect(header).not.toMatch(TAKEN);
      }
      const names = headers.map(([header]) => header.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
    });

    it('signs equal input equally, so that a pasted request can be checked', () => {
      expect(signer.sign(input)).toEqual(signer.sign(input));
    });

    it('signs the body and the secret', () => {
      const signed = JSON.stringify(signer.sign(input));
      expect(JSON.stringify(signer.sign({ ...input, body: Buffer.from('{}') }))).not.toBe(signed);
      expect(JSON.stringify(signer.sign({ ...input, secrets: [previous] }))).not.toBe(signed);
    });

    it('leaves its input alone', () => {
      const body = Buffer.from(input.body);
      signer.sign({ ...input, secrets: [current, previous] });
      expect(input.body.equals(body)).toBe(true);
    });

    it('is fast enough for the sending path: 2000 signatures of 1 KiB within a second', () => {
      const body = Buffer.alloc(1024, 'x');
      const startedAtMs = performance.now();
      for (let count = 0; count < 2000; count++) signer.sign({ ...input, body });
      expect(performance.now() - startedAtMs).toBeLessThan(1000);
    });
  });
}
