// In which order test files run.
const { default: Sequencer } = require('@jest/test-sequencer');

/** They wait more than they compute. Begun last, they would leave the other workers with nothing to do. */
const LONG_WAITS = [
  'test/retries-in-real-time.e2e-spec.ts',
  'test/demo.e2e-spec.ts',
  'test/readme-tour.e2e-spec.ts',
  'src/egress/checked-connector.spec.ts',
  'test/contracts/delivery-queue.spec.ts',
];

const waitsLong = ({ path }) => LONG_WAITS.some((file) => path.replaceAll('\\', '/').endsWith(file));

module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(waitsLong), ...sorted.filter((test) => !waitsLong(test))];
  }
};
