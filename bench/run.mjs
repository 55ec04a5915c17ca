#!/usr/bin/env node
// npm run bench [-- --quick] [--only end-to-end,neighbours]     (--help for all flags)
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../examples/support/certificates.mjs';
import { bare, bull, plain } from './sections/comparisons.mjs';
import { endToEnd, ingest } from './sections/end-to-end.mjs';
import { growth } from './sections/growth.mjs';
import { neighbours } from './sections/neighbours.mjs';
import { start } from './sections/start.mjs';
import { workers } from './sections/workers.mjs';
import { readOptions } from './support/options.mjs';
import { Report } from './support/report.mjs';
import { children, startProcess } from './support/rpc.mjs';
import { openStores } from './support/stores.mjs';

const RUNNERS = { start, bare, bull, plain, 'end-to-end': endToEnd, ingest, growth, neighbours, workers };
const RECEIVER = new URL('./processes/receiver.mjs', import.meta.url);

const options = readOptions();
const folder = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
let stores = null;
let isEnding = false;

async function end(status) {
  if (isEnding) return;
  isEnding = true;
  await children.stopAll(5_000);
  await stores?.close();
  process.exit(status);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end(130));

setTimeout(() => {
  console.error('The benchmark takes far too long: something hangs.');
  void end(1);
}, options.timeLimitMs).unref();

try {
  const authority = await createCertificateAuthority();
  const { certPem, keyPem } = await authority.issue(['127.0.0.1']);
  writeFileSync(join(folder, 'ca.pem'), authority.caPem);
  const receiverProcess = await startProcess(RECEIVER);
  const context = {
    options,
    folder,
    report: new Report(options),
    receiver: {
      process: receiverProcess,
      url: await receiverProcess.call('listen', { cert: certPem, key: keyPem }),
    },
    tlsEnv: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    stores: (stores = await openStores()),
  };
  for (const name of options.only) await RUNNERS[name](context);
  await context.report.finish();
  await end(0);
} catch (error) {
  if (!isEnding) console.error(error);
  await end(1);
}
