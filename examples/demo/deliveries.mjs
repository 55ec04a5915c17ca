import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { bad, dim, good, step, warm } from './story.mjs';

const POLL_MS = 40;
const GIVE_UP_MS = 60_000;

/**
 * Watches one delivery from both ends, the receiver's reports and the API, and tells what it sees.
 *
 * @param {object} options
 * @param {ReturnType<typeof import('./api.mjs').createApi>} options.api
 * @param {any[]} options.reports what the receiver's process has told so far; grows
 * @param {{ chatbotId: string, deliveryId: string, label: string, startedAtMs: number }} options.delivery
 * @returns the delivery as the API shows it at the end, and the requests that reached the receiver
 */
export async function followDelivery({
  api,
  reports,
  delivery: { chatbotId, deliveryId, label, startedAtMs },
}) {
  const path = `/v1/chatbots/${chatbotId}/deliveries/${deliveryId}`;
  const deadlineMs = Date.now() + GIVE_UP_MS;
  const requests = [];
  let attemptsTold = 0;
  for (;;) {
    const delivery = await api('GET', path);
    for (const report of reports.filter((each) => each.deliveryId === deliveryId).slice(requests.length)) {
      tellRequest(label, report, requests.at(-1), startedAtMs);
      requests.push(report);
    }
    if (delivery.attempts.length > attemptsTold && requests.length >= delivery.attempts.length) {
      attemptsTold = delivery.attempts.length;
      tellAttempt(label, delivery, startedAtMs);
    }
    if (delivery.status !== 'pending' && requests.length >= delivery.attempts.length)
      return { delivery, requests };
    if (Date.now() > deadlineMs)
      throw new Error(`Delivery ${deliveryId} is still ${delivery.status} after a minute.`);
    await delay(POLL_MS);
  }
}

function tellRequest(label, report, before, startedAtMs) {
  const atMs = report.receivedAtMs - startedAtMs;
  const gap = before
    ? `, ${warm(`${seconds(report.receivedAtMs - before.receivedAtMs)} after the failure`)}`
    : '';
  const signature = report.signature ? `${report.signature.slice(0, 15)}…` : 'no signature';
  step(
    atMs,
    label,
    before ? 'retried' : 'sent',
    `attempt ${report.attemptNumber}, signed ${signature}${gap}`,
  );
  step(
    atMs,
    label,
    report.isVerified ? good('verified ✓') : bad('REFUSED ✗'),
    `${report.isVerified ? 'both signatures fit' : 'the signature does not fit'}, the receiver answers ${report.status}`,
  );
}

function tellAttempt(label, delivery, startedAtMs) {
  const attempt = delivery.attempts.at(-1);
  const atMs = Date.parse(attempt.startedAt) + attempt.durationMs - startedAtMs;
  if (delivery.status === 'delivered')
    step(atMs, label, good('delivered'), dim(`in ${attempt.durationMs} ms`));
  else if (delivery.status === 'failed') step(atMs, label, bad('failed'), delivery.error?.message ?? '');
  else {
    const waitMs = Date.parse(delivery.nextAttemptAt) - startedAtMs - atMs;
    step(atMs, label, warm('waits'), `${seconds(waitMs)} until the next attempt`);
  }
}

/** What is not as the contract says; empty when all is well. */
export function findFaults({ delivery, requests }, { retryDelaysMs = [] } = {}) {
  const faults = [];
  const expect = (isTrue, fault) => isTrue || faults.push(`${delivery.eventType} ${delivery.id}: ${fault}`);
  expect(delivery.status === 'delivered', `ended ${delivery.status}`);
  expect(requests.length === retryDelaysMs.length + 1, `${requests.length} requests arrived`);
  expect(
    requests.every((request) => request.isVerified),
    'a signature did not fit',
  );
  const sha256 = createHash('sha256').update(delivery.requestBody, 'utf8').digest('hex');
  expect(
    requests.every((request) => request.bodySha256 === sha256),
    'what arrived is not what was stored',
  );
  retryDelaysMs.forEach((delayMs, index) => {
    const gapMs = requests[index + 1]?.receivedAtMs - requests[index].receivedAtMs;
    expect(gapMs >= delayMs, `retried after ${seconds(gapMs)}, sooner than ${seconds(delayMs)}`);
  });
  return faults;
}

export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
