import { spawnSync } from 'node:child_process';

/**
 * Declares `tests` where a server answers at `url`. Elsewhere says loudly what is not tested; under
 * REQUIRE_SERVICES=1 that is a failure. Jest wants tests declared at once, hence a process that looks.
 */
export function whereServerAnswers(what: string, url: string, tests: () => void): void {
  const { hostname, port } = new URL(url);
  const look = `require('node:net').connect(${Number(port) || (url.startsWith('redis') ? 6379 : 5432)}, ${JSON.stringify(hostname)})
    .on('connect', () => process.exit(0)).on('error', () => process.exit(1)).setTimeout(2000, () => process.exit(1))`;
  if (spawnSync(process.execPath, ['-e', look]).status === 0) {
    tests();
    return;
  }
  describe(what, () => {
    if (process.env['REQUIRE_SERVICES'] === '1') {
      it('answers', () => {
        throw new Error(`${what} does not answer at ${hostname}, and REQUIRE_SERVICES=1 asks for it.`);
      });
    } else {
      console.warn(`SKIPPED: what takes ${what} is not tested, because none answers at ${hostname}.`);
      it.skip(`is not tested: no ${what} answers`, () => undefined);
    }
  });
}
