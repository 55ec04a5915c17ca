// Where every test file runs: Jest's own environment, and the embedded PostgreSQL compiled once per Jest worker.
const { TestEnvironment } = require('jest-environment-node');
const { readFile } = require('node:fs/promises');
const { dirname, join } = require('node:path');

/**
 * Compiling its WebAssembly is two thirds of what a start of an application costs. V8 lets all threads of a process
 * share the code of one module, but forgets it with the last of them: this one outlives the test files.
 */
let compiled;

async function compilePostgres() {
  const folder = dirname(require.resolve('@electric-sql/pglite'));
  return WebAssembly.compile(await readFile(join(folder, 'pglite.wasm')));
}

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    compiled ??= await compilePostgres();
  }
};
