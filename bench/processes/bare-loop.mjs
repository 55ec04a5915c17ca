// The limit: the same signed requests as fast as undici sends them. No database, no queue, no retries.
import { createHmac, randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { serve } from '../support/rpc.mjs';
import { EVENT_TYPE, SAMPLE_MESSAGE, SAMPLE_SECRET } from '../support/sample.mjs';
import { runMany } from '../support/statistics.mjs';

const chatbotId = randomUUID();
const organizationId = randomUUID();
const standardKey = Buffer.from(SAMPLE_SECRET.slice('whsec_'.length), 'base64');

function signedRequest() {
  const deliveryId = randomUUID();
  const body = Buffer.from(
    JSON.stringify({
      eventType: EVENT_TYPE,
      chatbotId,
      chatbotName: 'Support Bot',
      organizationId,
      timestamp: new Date().toISOString(),
      deliveryId,
      data: { conversationId: deliveryId, message: SAMPLE_MESSAGE },
    }),
  );
  const timestamp = Math.floor(Date.now() / 1000);
  const standard = createHmac('sha256', standardKey)
    .update(`${deliveryId}.${timestamp}.`)
    .update(body)
    .digest('base64');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'chatbot-webhooks-bench',
      'x-hyperleap-event': EVENT_TYPE,
      'x-hyperleap-delivery-id': deliveryId,
      'x-hyperleap-signature': `sha256=${createHmac('sha256', SAMPLE_SECRET).update(body).digest('hex')}`,
      'x-hyperleap-attempt': '1',
      'webhook-id': deliveryId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${standard}`,
    },
  };
}

serve({
  async run({ url, count, connections }) {
    const pool = new Pool(url, { connections });
    const send = async () => {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/healthy/0',
        ...signedRequest(),
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`The receiver answered ${statusCode}.`);
    };
    const startedAtMs = performance.now();
    await runMany(count, connections, send);
    const tookMs = performance.now() - startedAtMs;
    await pool.close();
    return { tookMs };
  },
});
