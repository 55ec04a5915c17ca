import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/**
 * Asks `question` until it answers something truthy, and returns that.
 *
 * @template T
 * @param {string | (() => string | Promise<string>)} what for the error
 * @param {() => T | Promise<T>} question
 */
export async function until(what, question, { timeoutMs = 30_000, everyMs = 50 } = {}) {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (performance.now() > endMs) {
      throw new Error(`Waited ${timeoutMs} ms for ${typeof what === 'function' ? await what() : what}.`);
    }
    await sleep(everyMs);
  }
}

/** Rejects after `timeoutMs`; the work itself goes on and its late failure is nobody's. */
export async function within(timeoutMs, what, work) {
  let timer;
  const deadline = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs} ms.`)), timeoutMs);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** The work of the first call, for every call. */
export function once(work) {
  let result;
  return () => (result ??= work());
}
