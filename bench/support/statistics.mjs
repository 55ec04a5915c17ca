/** `{ p50, p99, max, count }` of a list of numbers; nulls when it is empty. */
export function percentiles(values) {
  if (values.length === 0) return { p50: null, p99: null, max: null, count: 0 };
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1), count: sorted.length };
}

/** Calls `work` `count` times, at most `outstanding` at once; resolves with each call's duration. */
export async function runMany(count, outstanding, work) {
  const durationsMs = new Array(count);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next++;
      const startedAtMs = performance.now();
      await work(index);
      durationsMs[index] = performance.now() - startedAtMs;
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, outstanding) }, lane));
  return durationsMs;
}

/**
 * Calls `work` evenly, `perSecond` times a second, whether or not earlier calls have come back: a slow
 * system does not get fewer calls, as it would from a loop that waits.
 */
export async function runAtRate(perSecond, seconds, work) {
  const total = Math.round(perSecond * seconds);
  const durationsMs = [];
  const underWay = new Set();
  const firstAtMs = performance.now();
  let failure = null;
  for (let sent = 0; sent < total && failure === null;) {
    const dueNow = Math.min(total, Math.floor(((performance.now() - firstAtMs) / 1000) * perSecond) + 1);
    for (; sent < dueNow; sent++) {
      const startedAtMs = performance.now();
      const call = Promise.resolve(work(sent)).then(
        () => durationsMs.push(performance.now() - startedAtMs),
        (error) => (failure ??= error),
      );
      underWay.add(call);
      void call.finally(() => underWay.delete(call));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  if (failure !== null) throw failure;
  return { durationsMs, count: durationsMs.length, tookMs: performance.now() - firstAtMs };
}

/** Polls until `isReached`; the error says what for. */
export async function waitUntil(isReached, { timeoutMs, what, everyMs = 10 }) {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await isReached())) {
    if (performance.now() > deadlineMs) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
