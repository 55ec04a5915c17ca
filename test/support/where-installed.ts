import { spawnSync } from 'node:child_process';

/**
 * Declares `tests` where `command` is installed. Elsewhere says loudly what is not tested; under
 * REQUIRE_SERVICES=1 that is a failure. To be called inside `describe`.
 */
export function whereInstalled(command: string, what: string, tests: () => void): void {
  if (spawnSync('sh', ['-c', 'command -v "$0"', command]).status === 0) {
    tests();
  } else if (process.env.REQUIRE_SERVICES === '1') {
    it(`needs ${command}`, () => {
      throw new Error(`${command} is not installed, and REQUIRE_SERVICES=1 asks for it.`);
    });
  } else {
    console.warn(`SKIPPED: ${what} is not tested, because ${command} is not installed.`);
    it.skip(`is not tested: ${command} is not installed`, () => undefined);
  }
}
