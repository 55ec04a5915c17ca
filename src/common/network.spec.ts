import { parseNetworks } from './network.js';

describe('networks in CIDR notation', () => {
  it.each([
    '',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    'example.com/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    'all',
  ])('names the bad entry "%s"', (cidr) => {
    expect(() => parseNetworks(['127.0.0.0/8', cidr])).toThrow(`"${cidr}" is not a network in CIDR notation`);
  });

  it('asks for the first address of the network', () => {
    expect(() => parseNetworks(['10.0.0.1/8'])).toThrow(
      '"10.0.0.1/8" has bits set to the right of its prefix',
    );
  });
});
