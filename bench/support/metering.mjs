import { cpuBetween } from './stores.mjs';

/**
 * Runs `work` and says what each process spent on it.
 *
 * @param {{ processes: Record<string, { call: Function }>, stores?: import('./stores.mjs').Stores | null }} who
 * @param {() => Promise<{ tookMs: number }>} work
 * @param {number} count deliveries that `work` makes
 */
export async function metered({ processes, stores = null }, count, work) {
  const read = async () => ({
    usage: await mapValues(processes, (process) => process.call('usage')),
    stores: stores && (await stores.cpu()),
  });
  const before = await read();
  const result = await work();
  const after = await read();
  const cpuSeconds = {
    ...mapObject(after.usage, (usage, name) => usage.cpuSeconds - before.usage[name].cpuSeconds),
    ...(stores ? cpuBetween(before.stores, after.stores) : {}),
  };
  return {
    ...result,
    count,
    perSecond: (count / result.tookMs) * 1000,
    cpuSecondsPer10k: mapObject(cpuSeconds, (seconds) => (seconds / count) * 10_000),
    peakRssMb: mapObject(after.usage, (usage) => usage.peakRssMb),
  };
}

const mapObject = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));

const mapValues = async (object, change) =>
  Object.fromEntries(
    await Promise.all(Object.entries(object).map(async ([name, value]) => [name, await change(value)])),
  );
