#!/usr/bin/env node
// npm run demo [-- --exit]
//
// The whole product on one machine, nothing installed but Node: the real server, a receiver that is a program
// of its own, real HTTPS between them. `--exit` ends it when the story is told: with status 0 only if every
// request was verified and every delivery ended as it should.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCertificateAuthority } from '../support/certificates.mjs';
import { ChildProcesses, nextMessage } from '../support/child-processes.mjs';
import { createApi } from './api.mjs';
import { findFaults, followDelivery, seconds } from './deliveries.mjs';
import { SAMPLE_EVENTS } from './sample-events.mjs';
import { startServer } from './server.mjs';
import { bad, bold, dim, done, good, step, table, title } from './story.mjs';

const RECEIVER = fileURLToPath(new URL('./receiver-process.mjs', import.meta.url));
const SCOPES = [
  'chatbots:read',
  'chatbots:write',
  'webhooks:read',
  'webhooks:write',
  'secrets:read',
  'deliveries:read',
  'deliveries:write',
  'events:write',
];

const URL_WIDTH = 'https://127.0.0.1:65535/waking-up'.length;

const { values: flags } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-demo-'));
// In this order: the folder goes when the processes that write into it are gone.
const children = new ChildProcesses();
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(130));

let isEnding = false;
async function end(status) {
  if (isEnding) return;
  isEnding = true;
  await children.stopAll(5_000);
  process.exit(status);
}

/** The receiver's process: told its certificate, tells its port, then reports each request. */
async function startReceiver(authority, reports) {
  const { certPem, keyPem } = await authority.issue(['127.0.0.1']);
  const child = children.start(RECEIVER);
  child.on('message', (message) => message.kind === 'received' && reports.push(message));
  child.send({ kind: 'listen', tls: { cert: certPem, key: keyPem } });
  const { port } = await nextMessage(child, ({ kind }) => kind === 'listening');
  const learnSecret = async (path, secret) => {
    child.send({ kind: 'secret', path, secret });
    await nextMessage(child, (message) => message.kind === 'secret-known' && message.path === path);
  };
  return { url: `https://127.0.0.1:${port}`, learnSecret };
}

async function saveWebhook(api, receiver, name, path) {
  const chatbot = await api('POST', '/v1/chatbots', { name });
  const url = `${receiver.url}${path}`;
  await api('PUT', `/v1/chatbots/${chatbot.id}/webhook`, { enabled: true, url, events: [] });
  const { secret } = await api('GET', `/v1/chatbots/${chatbot.id}/webhook/secret`);
  await receiver.learnSecret(path, secret);
  done(
    'chatbot',
    `${name.padEnd(12)} ${dim('→')} ${url.padEnd(URL_WIDTH)}  ${dim(`secret ${secret.slice(0, 10)}…`)}`,
  );
  return chatbot.id;
}

async function tellTheStory() {
  console.log(
    bold('\nChatbot Webhooks') + dim('  a chatbot event becomes a signed, retried, logged webhook'),
  );
  const reports = [];
  const outcomes = [];
  const authority = await createCertificateAuthority();
  const adminApiKey = `demo-${randomBytes(24).toString('base64url')}`;

  title('Starting two processes');
  const receiver = await startReceiver(authority, reports);
  done('receiver', `${receiver.url}  ${dim('HTTPS, certificate of a throw-away authority')}`);
  const server = await startServer(children, { folder, adminApiKey, caPem: authority.caPem });
  done(
    'server',
    `${server.url}   ${dim(`embedded PostgreSQL and queue, ready in ${seconds(server.startedInMs)}`)}`,
  );

  title('Setting up, over the REST API');
  const platform = createApi(server.url, adminApiKey);
  const organization = await platform('POST', '/v1/organizations', { name: 'Acme Inc', plan: 'pro' });
  done('organization', `${organization.name}, plan ${organization.plan}`);
  const { key } = await platform('POST', `/v1/organizations/${organization.id}/api-keys`, {
    name: 'Demo',
    scopes: SCOPES,
  });
  done('API key', `for ${organization.name} only, ${SCOPES.length} scopes`);
  const api = createApi(server.url, key);
  const supportBot = await saveWebhook(api, receiver, 'Support Bot', '/crm');
  const nightBot = await saveWebhook(api, receiver, 'Night Bot', '/waking-up');

  const startedAtMs = Date.now();
  const follow = async (chatbotId, deliveryId, eventType, to, expected) => {
    const outcome = await followDelivery({
      api,
      reports,
      delivery: { chatbotId, deliveryId, label: eventType, startedAtMs },
    });
    outcomes.push({ ...outcome, to, faults: findFaults(outcome, expected) });
  };
  const emit = async (chatbotId, event) => {
    const atMs = Date.now() - startedAtMs;
    const { outcome, deliveryId } = await api('POST', `/v1/chatbots/${chatbotId}/events`, event);
    step(atMs, event.eventType, 'emitted', `${outcome}, delivery ${deliveryId}`);
    if (outcome !== 'queued') throw new Error(`${event.eventType} was not queued: ${outcome}`);
    return deliveryId;
  };

  title('The four events of a conversation');
  for (const event of SAMPLE_EVENTS) {
    await follow(supportBot, await emit(supportBot, event), event.eventType, '/crm');
  }

  title('Send Test Event');
  const testedAtMs = Date.now() - startedAtMs;
  const test = await api('POST', `/v1/chatbots/${supportBot}/webhook/test`, { eventType: 'lead.captured' });
  step(testedAtMs, 'lead.captured', 'test asked', `delivery ${test.deliveryId}`);
  await follow(supportBot, test.deliveryId, 'lead.captured', '/crm (test)');

  title('A receiver that is still waking up: 500, 500, then 204. Retries wait 1 s, then 4 s');
  const lead = SAMPLE_EVENTS.at(-1);
  await follow(nightBot, await emit(nightBot, lead), lead.eventType, '/waking-up', {
    retryDelaysMs: [1000, 4000],
  });

  title('Recent Deliveries');
  table([
    ['Event', 'To', 'Status', 'Response code', 'Attempts', 'Verified', 'Took'],
    ...outcomes.map(({ delivery, requests, to, faults }) => [
      delivery.eventType,
      to,
      faults.length === 0 ? good(delivery.status) : bad(delivery.status),
      String(delivery.responseStatus ?? '–'),
      String(delivery.attemptCount),
      requests.map(({ isVerified }) => (isVerified ? good('✓') : bad('✗'))).join(' '),
      seconds(Date.parse(delivery.completedAt) - Date.parse(delivery.createdAt)),
    ]),
  ]);

  const faults = outcomes.flatMap((outcome) => outcome.faults);
  if (faults.length > 0) {
    title(bad('Not as it should be'));
    for (const fault of faults) console.log(`  ${bad('✗')} ${fault}`);
  } else {
    const requestCount = outcomes.reduce((sum, { requests }) => sum + requests.length, 0);
    console.log(
      `\n  ${good('✓')} ${outcomes.length} deliveries, ${requestCount} requests, every signature verified.`,
    );
  }
  return { isVerified: faults.length === 0, server, key };
}

try {
  const { isVerified, server, key } = await tellTheStory();
  if (flags.exit) {
    console.log('');
    await end(isVerified ? 0 : 1);
  } else {
    title('Look around while it runs');
    console.log(`  Webhooks page  ${bold(`${server.url}/`)}`);
    console.log(`  Swagger        ${bold(`${server.url}/docs`)}`);
    console.log(`  API key        ${bold(key)}  ${dim('sign in with it on both')}`);
    console.log(dim('\n  Ctrl-C ends the demo and removes its data.\n'));
    server.child.once('exit', () => {
      if (!isEnding) console.error(bad('The server stopped.'));
      void end(1);
    });
  }
} catch (error) {
  if (!isEnding) console.error(`\n${bad('The demo failed.')} ${error.message}\n`);
  await end(1);
}
