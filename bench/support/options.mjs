import { parseArgs } from 'node:util';

export const SECTIONS = [
  'start',
  'bare',
  'bull',
  'plain',
  'end-to-end',
  'ingest',
  'growth',
  'neighbours',
  'workers',
];

const COMPARED_WITH = { 'end-to-end': ['bare', 'bull', 'plain'] };

/** Longer than this and something hangs: the benchmark ends itself. */
const TIME_LIMIT_MS = { quick: 6 * 60_000, full: 30 * 60_000 };

const HELP = `npm run bench [-- options]

  --quick              small sizes, under three minutes: to see that all runs, not to quote
  --only a,b           only these sections: ${SECTIONS.join(', ')}
  --ten-million        growth with 10 million stored deliveries as well (adds ten minutes and 15 GB)
  --profile            a CPU profile of each product process, into bench/results
  --concurrency N      attempts in flight, for the product and the plain pipeline alike (default: 128)

  Uses PostgreSQL and Redis at DATABASE_URL and REDIS_URL, else on localhost. It creates and drops a database
  of its own, chatbot_webhooks_bench, and takes an empty Redis database (13). Without servers it measures what
  needs none and says so.`;

const FULL = {
  bare: 30_000,
  bull: 50_000,
  plain: 8_000,
  endToEnd: 40_000,
  embedded: 30_000,
  ingest: 10_000,
  steadySeconds: 15,
  growthRows: [10_000, 1_000_000],
  growthDeliveries: 20_000,
  pages: 400,
  backlog: 100_000,
  neighbourSeconds: 25,
  neighbourDeliveries: 20_000,
  workers: [1, 2, 4],
  workerDeliveries: 20_000,
};

const QUICK = {
  bare: 6_000,
  bull: 8_000,
  plain: 1_500,
  endToEnd: 8_000,
  embedded: 6_000,
  ingest: 2_000,
  steadySeconds: 3,
  growthRows: [10_000, 50_000],
  growthDeliveries: 3_000,
  pages: 100,
  backlog: 5_000,
  neighbourSeconds: 5,
  neighbourDeliveries: 3_000,
  workers: [1, 2],
  workerDeliveries: 3_000,
};

export function readOptions(argv = process.argv.slice(2)) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      'ten-million': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      concurrency: { type: 'string', default: '128' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const asked = values.only?.split(',') ?? SECTIONS;
  const unknown = asked.filter((name) => !SECTIONS.includes(name));
  if (unknown.length > 0) {
    console.error(`No such section: ${unknown.join(', ')}. There are ${SECTIONS.join(', ')}.`);
    process.exit(2);
  }
  // No figure without its comparison from the same run.
  const wanted = new Set(asked.flatMap((name) => [...(COMPARED_WITH[name] ?? []), name]));
  const only = SECTIONS.filter((name) => wanted.has(name));
  const sizes = { ...(values.quick ? QUICK : FULL) };
  if (values['ten-million']) sizes.growthRows = [...sizes.growthRows, 10_000_000];
  return {
    isQuick: values.quick,
    isProfiled: values.profile,
    timeLimitMs: TIME_LIMIT_MS[values.quick ? 'quick' : 'full'],
    only,
    sizes,
    concurrency: Number(values.concurrency),
    outstanding: 256,
    chatbots: 100,
  };
}
