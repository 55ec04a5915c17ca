/** A claim that did not hold; the scenario goes no further. */
export class Broken extends Error {}

/** What a scenario says while it runs: figures for the table, and checks that end it. */
export class Findings {
  /** @type {{ name: string, value: string }[]} */
  figures = [];

  /** @param {number | string} value @param {string} [unit] */
  figure(name, value, unit = '') {
    const text = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : String(value);
    this.figures.push({ name, value: unit ? `${text} ${unit}` : text });
  }

  /** @param {string} claim in words, with what was found */
  check(isTrue, claim) {
    if (!isTrue) throw new Broken(claim);
  }

  equal(actual, expected, what) {
    this.check(actual === expected, `${what}: ${actual} instead of ${expected}`);
  }

  atMost(actual, limit, what) {
    this.check(actual <= limit, `${what}: ${Math.round(actual)}, more than ${limit}`);
  }
}

const MARK = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' };

/** @param {{ title: string, result: 'passed' | 'failed' | 'skipped', seconds: number, figures: {name: string, value: string}[], problem?: string }} outcome */
export function line({ title, result, seconds, figures, problem }) {
  const facts = figures.map(({ name, value }) => `${name} ${value}`).join(' · ');
  return [
    `${MARK[result]}  ${seconds.toFixed(1).padStart(6)} s  ${title}`,
    ...(facts ? [`                ${facts}`] : []),
    ...(problem ? [`                ${problem.replaceAll('\n', '\n                ')}`] : []),
  ].join('\n');
}
