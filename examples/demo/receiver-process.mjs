// The customer's side of the demo, in a process of its own: two HTTPS endpoints that know nothing of the
// sender but each webhook's secret. `/crm` works. `/waking-up` answers 500 to its first two requests.
import { createHash } from 'node:crypto';
import { createReceiver } from '../receivers/node/receiver.mjs';

/** @type {Map<string, string>} path → secret */
const secrets = new Map();
const failuresLeft = new Map([['/waking-up', 2]]);

process.channel.ref();
process.on('message', (message) => {
  if (message.kind === 'listen') listen(message.tls);
  if (message.kind === 'secret') {
    secrets.set(message.path, message.secret);
    process.send({ kind: 'secret-known', path: message.path });
  }
});

function listen(tls) {
  const server = createReceiver({
    tls,
    secretOf: (path) => secrets.get(path),
    onReceived({ path, headers, isVerified, isDuplicate, event, body }) {
      const status = isVerified ? nextStatus(path) : 401;
      process.send({
        kind: 'received',
        path,
        isVerified,
        isDuplicate,
        status,
        deliveryId: event?.deliveryId ?? headers['x-hyperleap-delivery-id'],
        attemptNumber: Number(headers['x-hyperleap-attempt']),
        signature: headers['x-hyperleap-signature'] ?? null,
        bodySha256: createHash('sha256').update(body).digest('hex'),
        receivedAtMs: Date.now(),
      });
      return status;
    },
  });
  server.listen(0, '127.0.0.1', () => process.send({ kind: 'listening', port: server.address().port }));
}

function nextStatus(path) {
  const left = failuresLeft.get(path) ?? 0;
  if (left === 0) return 204;
  failuresLeft.set(path, left - 1);
  return 500;
}
