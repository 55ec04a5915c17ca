import { styleText } from 'node:util';

const isColoured = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
const paint = (style, text) => (isColoured ? styleText(style, text) : text);

export const bold = (text) => paint('bold', text);
export const dim = (text) => paint('dim', text);
export const good = (text) => paint('green', text);
export const bad = (text) => paint('red', text);
export const warm = (text) => paint('yellow', text);

/** Width on screen: colour codes take no room. */
// eslint-disable-next-line no-control-regex
const widthOf = (text) => text.replace(/\x1b\[\d+m/g, '').length;
const padEnd = (text, width) => text + ' '.repeat(Math.max(0, width - widthOf(text)));

export function title(text) {
  console.log(`\n${bold(text)}\n`);
}

/** `  ✓ what           detail` */
export function done(what, detail) {
  console.log(`  ${good('✓')} ${padEnd(what, 14)} ${detail}`);
}

/** `   1.02 s  who                   what         detail` */
export function step(atMs, who, what, detail = '') {
  const seconds = `${(Math.max(0, atMs) / 1000).toFixed(2)} s`;
  console.log(`  ${dim(seconds.padStart(8))}  ${padEnd(who, 21)} ${padEnd(what, 11)} ${detail}`.trimEnd());
}

/** @param {string[][]} rows the first one is the heading */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))));
  rows.forEach((row, index) => {
    const cells = row.map((cell, column) => padEnd(cell, widths[column]));
    console.log(`  ${index === 0 ? dim(cells.join('  ')) : cells.join('  ')}`.trimEnd());
    if (index === 0) console.log(`  ${dim(widths.map((width) => '─'.repeat(width)).join('  '))}`);
  });
}
