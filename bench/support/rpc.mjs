import { ChildProcesses, nextMessage } from '../../examples/support/child-processes.mjs';

/** Everything that is measured runs in a process of its own: its CPU time and memory are then its alone. */
export const children = new ChildProcesses();

const CALL_LIMIT_MS = 15 * 60_000;

/**
 * Starts `script` and gives its functions: `await process.call('run', { … })`.
 *
 * @param {string | URL} script a module that calls `serve`
 * @param {{ env?: NodeJS.ProcessEnv, nodeArgs?: string[] }} [options]
 */
export async function startProcess(script, options = {}) {
  const path = script instanceof URL ? script.pathname : script;
  const child = children.start(path, options);
  await nextMessage(child, (message) => message.kind === 'serving');
  // Each call under way listens.
  child.setMaxListeners(0);
  let lastId = 0;
  return {
    pid: child.pid,
    async call(name, argument) {
      const id = ++lastId;
      child.send({ kind: 'call', id, name, argument });
      const reply = await nextMessage(child, (message) => message.id === id, CALL_LIMIT_MS);
      if (reply.error) throw new Error(`${name}: ${reply.error}`);
      return reply.result;
    },
    stop: () => children.stop(child, 20_000),
    /** Until it has ended by itself; not for ever. */
    gone: () => children.ended(child, 10_000),
    /** Without a farewell, as a lost machine goes. */
    kill: () => children.stop(child, 0),
  };
}

/**
 * The other end, in the child. `usage` comes on top of the functions given: CPU seconds so far, peak RSS.
 *
 * @param {Record<string, (argument: any) => unknown>} functions
 */
export function serve(functions) {
  const all = { ...functions, usage };
  process.on('message', async ({ kind, id, name, argument }) => {
    if (kind !== 'call') return;
    try {
      process.send({ id, result: await all[name](argument) });
    } catch (error) {
      process.send({ id, error: error.stack ?? String(error) });
    }
  });
  process.channel.ref();
  process.send({ kind: 'serving' });
}

function usage() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakRssMb: maxRSS / 1024 };
}
