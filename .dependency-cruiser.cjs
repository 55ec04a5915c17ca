// Who may import whom: read from the table in docs/architecture.md, so that page and rule cannot part.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const page = readFileSync(join(__dirname, 'docs/architecture.md'), 'utf8');
const rows =
  page.split('<!-- the table of rooms -->')[1]?.trim().split('\n\n')[0]?.split('\n').slice(2) ?? [];
const table = new Map(
  rows.map((row) => {
    const [, room, mayImport] = row.split('|').map((cell) => cell.trim());
    return [room, mayImport];
  }),
);
const FILES_IN_SRC = 'the files in `src` itself';
const ROOMS = [...table.keys()].filter((room) => room !== FILES_IN_SRC);
if (!table.has(FILES_IN_SRC)) throw new Error('docs/architecture.md has lost its table of rooms.');

/** The rooms that `room` may import, itself included. */
function allowedTo(room) {
  const text = table.get(room);
  if (text === 'every room above') return ROOMS.slice(0, ROOMS.indexOf(room) + 1);
  const allowed = text === '–' ? [] : text.split(', ');
  for (const name of allowed) {
    if (!ROOMS.includes(name))
      throw new Error(`docs/architecture.md: "${name}" in the row of ${room} is no room.`);
  }
  return [room, ...allowed];
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...ROOMS.map((room) => ({
      name: `imports-of-${room}`,
      severity: 'error',
      comment: `${room} may import: ${table.get(room)} (docs/architecture.md)`,
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${allowedTo(room).join('|')})/` },
    })),
    {
      name: 'rooms-are-in-the-table',
      severity: 'error',
      comment: 'A folder in src that docs/architecture.md does not name.',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${ROOMS.join('|')})/` },
      to: {},
    },
    {
      name: 'rooms-through-their-index',
      severity: 'error',
      comment: 'Enter another room by its index.ts.',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'rooms-through-their-index-from-src',
      severity: 'error',
      comment: 'Enter a room by its index.ts.',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    { name: 'no-circles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'requests-leave-through-egress',
      severity: 'error',
      comment: 'Only egress makes outgoing requests (docs/security.md).',
      from: { path: '^src/', pathNot: '^src/egress/' },
      to: { path: '^(https|http2|node:https|node:http2)$|node_modules/(undici|axios|@nestjs/axios)/' },
    },
    {
      name: 'no-http-but-for-names',
      severity: 'error',
      comment: 'common takes the names of the statuses from it, and nothing else.',
      from: { path: '^src/', pathNot: '^src/(egress|common)/' },
      to: { path: '^(node:)?http$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment: 'What is shipped imports neither tests nor tools.',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|studio)/' },
    },
    {
      name: 'src-wants-only-what-is-installed',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
