// The receiver that every section sends to: one process, node:https, keep-alive, 200 and nothing more. It
// counts, tells requests of one delivery apart from duplicates, and measures publish → received by the
// envelope's own `timestamp`. Paths: /healthy/<n>, /hung/<n> (never answered), /other/<n>.
import { createServer } from 'node:https';
import { percentiles, waitUntil } from '../support/statistics.mjs';
import { serve } from '../support/rpc.mjs';

const TIMESTAMP_KEY = '"timestamp":"';
const TIMESTAMP_LENGTH = '2026-01-01T00:00:00.000Z'.length;

let groups = new Map();
let isTimed = false;

function groupOf(path) {
  const name = path.split('/', 2)[1];
  let group = groups.get(name);
  if (!group)
    groups.set(name, (group = { requests: 0, deliveries: new Set(), latenciesMs: [], lastAtMs: 0 }));
  return group;
}

function onRequest(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const group = groupOf(request.url);
    group.requests++;
    group.deliveries.add(request.headers['x-hyperleap-delivery-id']);
    group.lastAtMs = performance.timeOrigin + performance.now();
    if (isTimed) group.latenciesMs.push(group.lastAtMs - publishedAtMs(Buffer.concat(chunks)));
    if (request.url.startsWith('/hung/')) return;
    response.writeHead(200, { 'content-length': 2 }).end('ok');
  });
}

function publishedAtMs(body) {
  const at = body.indexOf(TIMESTAMP_KEY) + TIMESTAMP_KEY.length;
  return Date.parse(body.latin1Slice(at, at + TIMESTAMP_LENGTH));
}

const unique = (name) => groups.get(name)?.deliveries.size ?? 0;

serve({
  async listen({ cert, key }) {
    const server = createServer({ cert, key, keepAliveTimeout: 120_000 }, onRequest);
    server.requestTimeout = 0;
    await new Promise((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
    return `https://127.0.0.1:${server.address().port}`;
  },
  reset(options = {}) {
    groups = new Map();
    isTimed = options.isTimed ?? false;
  },
  /** Until so many distinct deliveries have arrived in the group. */
  async waitFor({ group, count, timeoutMs }) {
    await waitUntil(() => unique(group) >= count, { timeoutMs, what: `${count} deliveries to /${group}` });
  },
  report() {
    return Object.fromEntries(
      [...groups].map(([name, { requests, deliveries, latenciesMs, lastAtMs }]) => [
        name,
        { requests, deliveries: deliveries.size, latencyMs: percentiles(latenciesMs), lastAtMs },
      ]),
    );
  },
});
