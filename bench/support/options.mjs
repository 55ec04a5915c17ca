import { parseArgs } from 'node:util';

export const SECTIONS = ['bare', 'bull', 'plain', 'end-to-end', 'ingest', 'growth', 'neighbours', 'workers'];

const COMPARED_WITH = { 'end-to-end': ['bare', 'bull', 'plain'] };

const HELP = `npm run bench [-- options]

  --quick              small sizes, under three minutes: to see that all runs, not to quote
  --only a,b           only these sections: ${SECTIONS.join(', ')}
  --ten-million        growth with 10 million stored deliveries as well (adds ten minutes and 15 GB)
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
  bare: 8_000,
  bull: 10_000,
  plain: 2_000,
  endToEnd: 10_000,
  embedded: 8_000,
  ingest: 3_000,
  steadySeconds: 4,
  growthRows: [10_000, 100_000],
  growthDeliveries: 5_000,
  pages: 100,
  backlog: 10_000,
  neighbourSeconds: 6,
  neighbourDeliveries: 5_000,
  workers: [1, 2],
  workerDeliveries: 5_000,
};

export function readOptions(argv = process.argv.slice(2)) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      'ten-million': { type: 'boolean', default: false },
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
    only,
    sizes,
    concurrency: Number(values.concurrency),
    outstanding: 256,
    chatbots: 100,
  };
}
