// What a good tutorial would have you write, in its cheaper form: TypeORM's insert/update rather than save,
// a keep-alive agent, a larger pool, a JSON body serialised once. One job per delivery, retried by Bull.
// It keeps none of the product's promises (lost jobs, double runs, blocked addresses, slow bodies …).
import axios from 'axios';
import Bull from 'bull';
import { createHmac, randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { DataSource } from 'typeorm';
import { Attempt, Delivery, Settings } from './entities.mjs';

export class PlainPipeline {
  #dataSource;
  #queue;
  #http = axios.create({
    httpsAgent: new Agent({ keepAlive: true }),
    timeout: 10_000,
    validateStatus: () => true,
    maxRedirects: 0,
    responseType: 'text',
  });

  /** @param {{ databaseUrl: string, redisUrl: string, poolSize: number }} options */
  constructor({ databaseUrl, redisUrl, poolSize }) {
    this.#dataSource = new DataSource({
      type: 'postgres',
      url: databaseUrl,
      entities: [Settings, Delivery, Attempt],
      extra: { max: poolSize },
    });
    this.#queue = new Bull('plain-pipeline', redisUrl, {
      prefix: '{bench}',
      settings: {
        backoffStrategies: { schedule: (attemptsMade) => [1000, 4000, 16_000][attemptsMade - 1] ?? 16_000 },
      },
    });
  }

  async start({ concurrency, onDelivered }) {
    await this.#dataSource.initialize();
    await this.#queue.isReady();
    void this.#queue.process(concurrency, async (job) => {
      await this.#deliver(job.data.deliveryId, job.attemptsMade + 1);
      onDelivered();
    });
  }

  /** The chatbot is at hand where the event happens: its row costs nothing here. */
  async publish(chatbot, eventType, data) {
    const id = randomUUID();
    const now = new Date();
    const envelope = {
      eventType,
      chatbotId: chatbot.id,
      chatbotName: chatbot.name,
      organizationId: chatbot.organizationId,
      timestamp: now.toISOString(),
      deliveryId: id,
      data,
    };
    await this.#dataSource.getRepository(Delivery).insert({
      id,
      organizationId: chatbot.organizationId,
      chatbotId: chatbot.id,
      eventId: id,
      eventType,
      isTest: false,
      requestBody: Buffer.from(JSON.stringify(envelope)),
      status: 'pending',
      createdAt: now,
      attemptCount: 0,
      wakeAt: now,
    });
    await this.#queue.add(
      { deliveryId: id },
      { attempts: 4, backoff: { type: 'schedule' }, removeOnComplete: true, removeOnFail: true },
    );
  }

  async #deliver(deliveryId, attemptNumber) {
    const delivery = await this.#dataSource.getRepository(Delivery).findOneByOrFail({ id: deliveryId });
    const settings = await this.#dataSource
      .getRepository(Settings)
      .findOneByOrFail({ chatbotId: delivery.chatbotId });
    const startedAt = new Date();
    const response = await this.#http.post(settings.url, delivery.requestBody, {
      headers: headersOf(delivery, settings.secret, attemptNumber),
    });
    const durationMs = Date.now() - startedAt.getTime();
    const isDelivered = response.status >= 200 && response.status < 300;
    await this.#dataSource.getRepository(Attempt).insert({
      deliveryId,
      number: attemptNumber,
      startedAt,
      durationMs,
      url: settings.url,
      responseStatus: response.status,
      responseHeaders: response.headers,
      responseBody: Buffer.from(response.data),
      isResponseBodyTruncated: false,
    });
    await this.#dataSource.getRepository(Delivery).update(deliveryId, {
      status: isDelivered ? 'delivered' : 'pending',
      attemptCount: attemptNumber,
      wakeAt: isDelivered ? null : new Date(),
      completedAt: isDelivered ? new Date() : null,
      responseStatus: response.status,
      durationMs,
    });
    if (!isDelivered) throw new Error(`The receiver answered ${response.status}.`);
  }

  async stop() {
    await this.#queue.close();
    await this.#dataSource.destroy();
  }
}

function headersOf(delivery, secret, attemptNumber) {
  const timestamp = Math.floor(Date.now() / 1000);
  const standard = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(`${delivery.id}.${timestamp}.`)
    .update(delivery.requestBody)
    .digest('base64');
  return {
    'content-type': 'application/json',
    'user-agent': 'plain-pipeline',
    'x-hyperleap-event': delivery.eventType,
    'x-hyperleap-delivery-id': delivery.id,
    'x-hyperleap-signature': `sha256=${createHmac('sha256', secret).update(delivery.requestBody).digest('hex')}`,
    'x-hyperleap-attempt': String(attemptNumber),
    'webhook-id': delivery.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${standard}`,
  };
}
