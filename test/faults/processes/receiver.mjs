// The ground truth: an HTTPS receiver in a process of its own that writes down every request that reached it,
// before it answers. What it does is scripted by path, see `script`.
import { createServer } from 'node:https';
import { serve } from '../../../bench/support/rpc.mjs';

/** @type {{ path: string, deliveryId: string, attemptNumber: number, atMs: number }[]} */
const requests = [];
const scripts = new Map();
/** Requests that have arrived and wait for `release`. */
const held = new Set();

function onRequest(request, response) {
  request.resume();
  request.on('end', () => {
    const path = request.url;
    const attemptNumber = Number(request.headers['x-hyperleap-attempt']);
    const deliveryId = request.headers['x-hyperleap-delivery-id'];
    requests.push({ path, deliveryId, attemptNumber, atMs: Date.now() });
    const { statuses = [200], holdAttempts = [], delayMs = 0, headers } = scripts.get(path) ?? {};
    const status = statuses[Math.min(attemptNumber, statuses.length) - 1];
    if (holdAttempts === 'all' || holdAttempts.includes(attemptNumber)) {
      const waiting = {
        path,
        deliveryId,
        attemptNumber,
        answer: (code) => answer(response, code ?? status, headers),
      };
      held.add(waiting);
      response.once('close', () => held.delete(waiting));
    } else if (delayMs > 0) setTimeout(() => answer(response, status, headers), delayMs);
    else answer(response, status, headers);
  });
}

function answer(response, status, headers) {
  if (!response.destroyed) response.writeHead(status, { 'content-length': 2, ...headers }).end('ok');
}

serve({
  async listen({ cert, key }) {
    const server = createServer({ cert, key, keepAliveTimeout: 60_000 }, onRequest);
    server.requestTimeout = 0;
    server.on('tlsClientError', () => undefined);
    await new Promise((resolve) => server.listen(0, '127.0.0.1', 2048, resolve));
    return `https://127.0.0.1:${server.address().port}`;
  },
  /** From now on: statuses by attempt (the last one stays), attempts to hold (or 'all'), a delay, headers. */
  script({ path, ...script }) {
    scripts.set(path, script);
  },
  /** Answers what is held, or only that attempt of it. @returns how many */
  release({ path, attemptNumber, status }) {
    const chosen = [...held].filter(
      (one) => one.path === path && (attemptNumber === undefined || one.attemptNumber === attemptNumber),
    );
    for (const one of chosen) {
      held.delete(one);
      one.answer(status);
    }
    return chosen.length;
  },
  heldCount: ({ path }) => [...held].filter((one) => one.path === path).length,
  /** Requests whose path begins with `prefix`, in order of arrival. */
  requests: ({ prefix }) => requests.filter(({ path }) => path.startsWith(prefix)),
  count: ({ prefix }) => requests.reduce((count, { path }) => count + (path.startsWith(prefix) ? 1 : 0), 0),
});
