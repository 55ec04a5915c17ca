import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCertificateAuthority } from '../../examples/support/certificates.mjs';
import { startServer } from '../../examples/demo/server.mjs';
import { ms, whole } from '../support/report.mjs';
import { children } from '../support/rpc.mjs';

const IDLE_MS = 5_000;

/** The server on its embedded defaults: how long until it answers, and what it holds when nothing happens. */
export async function start({ folder, report }) {
  const { caPem } = await createCertificateAuthority();
  const options = { folder: join(folder, 'start'), adminApiKey: 'benchmark-admin-key', caPem };
  const run = async () => {
    const { child, startedInMs } = await startServer(children, options);
    await delay(IDLE_MS);
    const idleRssMb = rssMbOf(child.pid);
    await children.stop(child);
    return { startedInMs, idleRssMb };
  };
  const first = await run();
  const later = await run();
  report.section(
    'start',
    'Start: the server on its embedded defaults',
    [
      ['', 'Ready after', 'Idle RSS'],
      ['first start', ms(first.startedInMs), `${whole(first.idleRssMb)} MB`],
      ['later start', ms(later.startedInMs), `${whole(later.idleRssMb)} MB`],
    ],
    { first, later },
  );
  const megabytes = (figure) => `${whole(figure)} MB`;
  report.goal('first start to ready', first.startedInMs, 6_000, { isAtMost: true, show: ms });
  report.goal('later start to ready', later.startedInMs, 2_500, { isAtMost: true, show: ms });
  report.goal('idle RSS', Math.max(first.idleRssMb, later.idleRssMb), 350, {
    isAtMost: true,
    show: megabytes,
  });
}

function rssMbOf(pid) {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
