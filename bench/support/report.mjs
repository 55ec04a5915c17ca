import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { table, title } from '../../examples/demo/story.mjs';

const RESULTS = new URL('../results/', import.meta.url);

export const whole = (number) => (number == null ? '–' : Math.round(number).toLocaleString('en'));
export const ms = (number) =>
  number == null ? '–' : number >= 100 ? `${whole(number)} ms` : `${number.toPrecision(2)} ms`;
export const times = (number) => (number == null ? '–' : `${number.toFixed(2)}x`);

/** Collects what the sections measured, shows it as it comes, and keeps it as JSON. */
export class Report {
  #sections = {};
  #goals = [];

  constructor(options) {
    this.head = {
      startedAt: new Date().toISOString(),
      commit: commit(),
      machine: {
        processor: cpus()[0]?.model,
        cores: cpus().length,
        memoryGb: Math.round(totalmem() / 2 ** 30),
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
      },
      options,
    };
  }

  /** @param {string[][]} rows the first is the heading */
  section(name, heading, rows, figures) {
    title(heading);
    table(rows);
    this.#sections[name] = figures;
  }

  figures(name) {
    return this.#sections[name];
  }

  /** A figure beside what it should reach; `isAtMost` for those where less is better. */
  goal(what, figure, target, { isAtMost = false, show = times } = {}) {
    if (figure == null) return;
    this.#goals.push({
      what,
      figure,
      target,
      isReached: isAtMost ? figure <= target : figure >= target,
      isAtMost,
      show,
    });
  }

  async finish() {
    if (this.#goals.length > 0) {
      title('Against the goals');
      table([
        ['What', 'Measured', 'Goal', ''],
        ...this.#goals.map(({ what, figure, target, isReached, isAtMost, show }) => [
          what,
          show(figure),
          `${isAtMost ? '≤' : '≥'} ${show(target)}`,
          isReached ? 'reached' : 'MISSED',
        ]),
      ]);
    }
    const file = new URL(`${this.head.startedAt.replace(/[:.]/g, '-')}.json`, RESULTS);
    await mkdir(RESULTS, { recursive: true });
    const goals = this.#goals.map(({ show: _, ...goal }) => goal);
    await writeFile(file, `${JSON.stringify({ ...this.head, sections: this.#sections, goals }, null, 2)}\n`);
    console.log(`\nFigures: bench/results/${fileURLToPath(file).split('/').at(-1)}\n`);
  }
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
