// In which order test files run.
const { default: Sequencer } = require('@jest/test-sequencer');

/** They wait more than they compute, the longest first. */
const LONG_WAITS = [
  'test/retries-in-real-time.e2e-spec.ts',
  'test/demo.e2e-spec.ts',
  'test/readme-tour.e2e-spec.ts',
  'src/egress/checked-connector.spec.ts',
  'test/contracts/delivery-queue.spec.ts',
];
/** So many other files keep the other workers busy while one waits. */
const FILES_PER_WAIT = 4;

const place = ({ path }) => LONG_WAITS.findIndex((file) => path.replaceAll('\\', '/').endsWith(file));

/** Waits side by side leave the processor idle, and so does one that begins last: they are spread over the run. */
module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const waits = sorted.filter((test) => place(test) >= 0).sort((a, b) => place(a) - place(b));
    const work = sorted.filter((test) => place(test) < 0);
    const order = work.flatMap((test, index) =>
      index % FILES_PER_WAIT === 0 ? [...waits.splice(0, 1), test] : [test],
    );
    return [...order, ...waits];
  }
};
