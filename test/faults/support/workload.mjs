import { createApi } from '../../../examples/demo/api.mjs';
import { ADMIN_API_KEY } from './stack.mjs';
import { sleep, until } from './wait.mjs';

let lastWorkload = 0;

/**
 * What one scenario publishes, and the audit of it: chatbots of its own, the events that were accepted, and
 * afterwards what the receiver, the rows and the attempts say of them.
 */
export class Workload {
  /** @type {Map<string, string>} deliveryId → path, of every event answered with a 2xx */
  accepted = new Map();
  /** Milliseconds that each accepted publish took. */
  publishMs = [];
  /** How often each status refused, or each error of a connection. */
  refused = new Map();
  /** @type {{ id: string, path: string }[]} */
  chatbots = [];
  #stack;
  #prefix = `/w${++lastWorkload}-`;

  /** @param {import('./stack.mjs').Stack} stack */
  constructor(stack) {
    this.#stack = stack;
  }

  /** @param {{ url: string }} product whose REST API makes the chatbots */
  async addChatbots(product, count = 1, script = {}) {
    const api = createApi(product.url, ADMIN_API_KEY);
    const organization = await api('POST', '/v1/organizations', { name: 'Fault suite', plan: 'pro' });
    const added = [];
    for (let index = 0; index < count; index++) {
      const { id } = await api('POST', '/v1/chatbots', { organizationId: organization.id, name: 'Bot' });
      const path = `${this.#prefix}${this.chatbots.length}`;
      await this.script(path, script);
      await api('PUT', `/v1/chatbots/${id}/webhook`, {
        enabled: true,
        url: `${this.#stack.receiverUrl}${path}`,
        events: [],
      });
      const chatbot = { id, path };
      this.chatbots.push(chatbot);
      added.push(chatbot);
    }
    return added;
  }

  script(path, script) {
    return this.#stack.receiver.call('script', { path, ...script });
  }

  /** @returns {Promise<{ status: number, deliveryId: string | null, tookMs: number }>} status 0: no answer */
  async publish(product, chatbot = this.chatbots[0], body = {}) {
    const sinceMs = performance.now();
    try {
      const response = await fetch(`${product.url}/v1/chatbots/${chatbot.id}/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_API_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ eventType: 'lead.captured', data: { name: 'Ada' }, ...body }),
        signal: AbortSignal.timeout(60_000),
      });
      const answer = await response.json();
      const tookMs = performance.now() - sinceMs;
      if (response.ok) {
        this.accepted.set(answer.deliveryId, chatbot.path);
        this.publishMs.push(tookMs);
      } else this.refused.set(response.status, (this.refused.get(response.status) ?? 0) + 1);
      return { status: response.status, deliveryId: answer.deliveryId ?? null, tookMs };
    } catch (error) {
      const reason = error.cause?.code ?? error.name;
      this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
      return { status: 0, deliveryId: null, tookMs: performance.now() - sinceMs };
    }
  }

  /** Milliseconds that reading the settings of the first chatbot takes. */
  async read(product) {
    const sinceMs = performance.now();
    await createApi(product.url, ADMIN_API_KEY)('GET', `/v1/chatbots/${this.chatbots[0].id}/webhook`);
    return performance.now() - sinceMs;
  }

  /** `count` events, `parallel` at a time, chatbots in turn; `pick` gives the process to send each to. */
  async publishMany(pick, count, { parallel = 16, perSecond = Infinity } = {}) {
    const startMs = performance.now();
    let next = 0;
    const one = async () => {
      while (next < count) {
        const index = next++;
        const dueMs = startMs + (index * 1000) / perSecond;
        if (dueMs > performance.now()) await sleep(dueMs - performance.now());
        await this.publish(pick(index), this.chatbots[index % this.chatbots.length]);
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallel, count) }, one));
  }

  release(path, options = {}) {
    return this.#stack.receiver.call('release', { path, ...options });
  }

  async waitForHeld(path, count = 1, timeoutMs = 20_000) {
    await until(
      `${count} requests held at ${path}`,
      async () => (await this.#stack.receiver.call('heldCount', { path })) >= count,
      { timeoutMs },
    );
  }

  requests() {
    return this.#stack.receiver.call('requests', { prefix: this.#prefix });
  }

  requestCount() {
    return this.#stack.receiver.call('count', { prefix: this.#prefix });
  }

  async waitForRequests(count, timeoutMs = 30_000) {
    await until(`${count} requests at the receiver`, async () => (await this.requestCount()) >= count, {
      timeoutMs,
    });
    return this.requests();
  }

  /** Deliveries of this workload by status. */
  async statuses() {
    const rows = await this.#stack.postgres.query(
      `SELECT status, count(*)::integer AS count FROM chatbot_webhooks.delivery
       WHERE chatbot_id = ANY ($1::uuid[]) GROUP BY status`,
      [this.#chatbotIds],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** Attempts under way, by the rows: what a kill of every worker would interrupt now. */
  async leased() {
    const [row] = await this.#stack.postgres.query(
      `SELECT count(*)::integer AS count FROM chatbot_webhooks.delivery
       WHERE chatbot_id = ANY ($1::uuid[]) AND status = 'pending' AND lease_started_at IS NOT NULL`,
      [this.#chatbotIds],
    );
    return row.count;
  }

  /** Until nothing is on its way any more. @returns milliseconds that it took */
  async settle(timeoutMs = 60_000) {
    const sinceMs = performance.now();
    await until(`all deliveries to be over`, async () => ((await this.statuses()).pending ?? 0) === 0, {
      timeoutMs,
      everyMs: 100,
    });
    return performance.now() - sinceMs;
  }

  /**
   * What became of everything that was accepted.
   * @param {number} scheduleLength attempts of a delivery that fails
   */
  async audit(scheduleLength = 4) {
    const requests = await this.requests();
    const received = new Map();
    for (const { deliveryId } of requests) received.set(deliveryId, (received.get(deliveryId) ?? 0) + 1);
    const rows = await this.#stack.postgres.query(
      `SELECT id, status, error_code, attempt_count,
              (SELECT count(*)::integer FROM chatbot_webhooks.delivery_attempt WHERE delivery_id = delivery.id) AS attempts,
              (SELECT count(*)::integer FROM chatbot_webhooks.delivery_attempt
               WHERE delivery_id = delivery.id AND error_code = 'interrupted') AS interrupted
       FROM chatbot_webhooks.delivery WHERE chatbot_id = ANY ($1::uuid[])`,
      [this.#chatbotIds],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const lost = [...this.accepted.keys()].filter((id) => {
      const row = byId.get(id);
      if (!row) return true;
      if (row.status === 'delivered') return !received.has(id);
      return !(row.status === 'failed' && row.attempts - row.interrupted >= scheduleLength);
    });
    const errorCodes = await this.#errorCodes();
    const sent = requests.map(({ deliveryId, attemptNumber }) => `${deliveryId} ${attemptNumber}`);
    const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
    return {
      accepted: this.accepted.size,
      lost,
      requests: requests.length,
      attempts: sum('attempts'),
      interrupted: sum('interrupted'),
      /** Requests that had to be made again although they had arrived: their attempt was cut off. */
      duplicates: sent.filter((key) => errorCodes.get(key) === 'interrupted').length,
      /** Requests that share delivery and number with another one: two runs of one attempt. */
      sentTwice: sent.length - new Set(sent).size,
      /** Requests that no attempt row tells of. */
      unrecorded: sent.filter((key) => !errorCodes.has(key)).length,
      strangers: [...received.keys()].filter((id) => !byId.has(id)).length,
      delivered: rows.filter(({ status }) => status === 'delivered').length,
      failed: rows.filter(({ status }) => status === 'failed').length,
    };
  }

  /** The audit, held against what must be true after every fault. */
  async verify(findings, scheduleLength) {
    const audit = await this.audit(scheduleLength);
    findings.equal(audit.lost.length, 0, `accepted and lost (${audit.lost.slice(0, 3)})`);
    findings.equal(audit.sentTwice, 0, 'attempts of one number sent twice');
    findings.equal(audit.unrecorded, 0, 'requests without an attempt row');
    findings.equal(audit.strangers, 0, 'deliveries at the receiver that no row knows of');
    findings.atMost(audit.attempts - audit.interrupted, audit.requests, 'recorded outcomes of requests');
    return audit;
  }

  /** Error code, or null, of each attempt. */
  async #errorCodes() {
    const rows = await this.#stack.postgres.query(
      `SELECT delivery_id, number, delivery_attempt.error_code
       FROM chatbot_webhooks.delivery_attempt JOIN chatbot_webhooks.delivery ON delivery.id = delivery_id
       WHERE chatbot_id = ANY ($1::uuid[])`,
      [this.#chatbotIds],
    );
    return new Map(
      rows.map(({ delivery_id, number, error_code }) => [`${delivery_id} ${number}`, error_code]),
    );
  }

  /** Rows that nobody will come for: pending, no lease, due for more than a minute. */
  async forgotten() {
    const [row] = await this.#stack.postgres.query(
      `SELECT count(*)::integer AS count FROM chatbot_webhooks.delivery
       WHERE status = 'pending' AND (wake_at IS NULL OR greatest(wake_at, lease_ends_at) < now() - interval '60 s')`,
    );
    return row.count;
  }

  get #chatbotIds() {
    return this.chatbots.map(({ id }) => id);
  }
}

/** @param {number[]} values @param {number} share 0 to 1 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
