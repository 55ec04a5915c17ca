import { join } from 'node:path';
import { createApi } from '../../examples/demo/api.mjs';
import { startProcess } from './rpc.mjs';
import { runMany } from './statistics.mjs';

const PRODUCT = new URL('../processes/product.mjs', import.meta.url);
const RESULTS = new URL('../results/', import.meta.url);
const ADMIN_API_KEY = 'benchmark-admin-key';
const SECRET_KEYS = `bench:${Buffer.alloc(32, 'benchmark-key').toString('base64')}`;

let lastDataDir = 0;

/** The environment of a product process: on the servers of `stores`, or embedded where there are none. */
export function productEnv({ options, folder, tlsEnv }, stores, overrides = {}) {
  const { DATABASE_URL: _, REDIS_URL: __, ...env } = tlsEnv;
  return {
    ...env,
    ...(stores ? { DATABASE_URL: stores.databaseUrl, REDIS_URL: stores.redisUrl, SECRET_KEYS } : {}),
    DATA_DIR: join(folder, `data-${++lastDataDir}`),
    ADMIN_API_KEY,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    WEBHOOK_CONCURRENCY: String(options.concurrency),
    // The comparisons log nothing either.
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
    ...overrides,
  };
}

/** Starts one product process and its application. `url` is its REST API. */
export async function startProduct(context, stores, overrides = {}) {
  const nodeArgs = context.options.isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${RESULTS.pathname}`] : [];
  const process = await startProcess(PRODUCT, { nodeArgs, env: productEnv(context, stores, overrides) });
  const url = await process.call('start');
  return {
    ...process,
    api: createApi(url, ADMIN_API_KEY),
    async stop() {
      await process.call('stop');
      await process.gone();
    },
  };
}

/**
 * Chatbots of one organization with their webhooks saved, through the REST API.
 *
 * @param {(index: number) => string} pathOf of the receiver
 * @returns {Promise<string[]>} their ids
 */
export async function setUpChatbots(api, count, receiverUrl, pathOf = (index) => `/healthy/${index}`) {
  const organization = await api('POST', '/v1/organizations', { name: 'Benchmark', plan: 'pro' });
  const ids = new Array(count);
  await runMany(count, 8, async (index) => {
    const chatbot = await api('POST', '/v1/chatbots', {
      organizationId: organization.id,
      name: 'Support Bot',
    });
    const url = `${receiverUrl}${pathOf(index)}`;
    await api('PUT', `/v1/chatbots/${chatbot.id}/webhook`, { enabled: true, url, events: [] });
    ids[index] = chatbot.id;
  });
  return ids;
}
