import { parseNetworks } from '../common/index.js';
import { isGloballyReachable, isOpened } from './address-policy.js';

describe('isGloballyReachable', () => {
  it.each([
    ['the same address, spelled out', '2001:0db8:0000:0000:0000:0000:0000:0001', false],
    ['upper case', '2606:4700:ABCD::1', true],
    ['dotted tail inside public space', '2606:4700::1.2.3.4', true],
    ['dotted tail of a private address', '::ffff:10.0.0.1', false],
    ['a zone', 'fe80::1%eth0', false],
    ['zeros before an octet', '010.0.0.1', false],
    ['a number', '2130706433', false],
    ['nothing', '', false],
  ])('%s: %s → %s', (_, address, expected) => {
    expect(isGloballyReachable(address)).toBe(expected);
  });

  it('refuses every first octet of IPv4 that is set apart as a whole, and no other', () => {
    const refused = Array.from({ length: 256 }, (_, octet) => octet).filter(
      (octet) => !isGloballyReachable(`${octet}.1.2.3`),
    );
    expect(refused).toEqual([0, 10, 127, ...Array.from({ length: 32 }, (_, i) => 224 + i)]);
  });

  it('knows both ends of each network', () => {
    for (const [outside, first, last, beyond] of [
      ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
      ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
      ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
      ['198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
      ['2001:db7:ffff::', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db9::'],
      ['2001:ffff::', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2003::'],
      ['3ffe:ffff::', '3fff::', '3fff:fff:ffff::', '3fff:1000::'],
    ] as const) {
      expect([outside, first, last, beyond].map(isGloballyReachable)).toEqual([true, false, false, true]);
    }
    expect(isGloballyReachable('1fff:ffff::')).toBe(false);
    expect(isGloballyReachable('4000::')).toBe(false);
  });
});

describe('isOpened', () => {
  it('keeps to the family that was written', () => {
    expect(isOpened('127.0.0.1', parseNetworks(['127.0.0.0/8']))).toBe(true);
    expect(isOpened('::ffff:127.0.0.1', parseNetworks(['127.0.0.0/8']))).toBe(false);
  });

  it('takes a bare address for itself alone', () => {
    const networks = parseNetworks(['10.0.0.7', '::1']);
    expect(['10.0.0.7', '10.0.0.8', '::1', '::2'].map((address) => isOpened(address, networks))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('opens a metadata address only by its own name', () => {
    expect(isOpened('169.254.169.254', parseNetworks(['169.254.0.0/16', '0.0.0.0/0']))).toBe(false);
    expect(isOpened('169.254.169.254', parseNetworks(['169.254.169.254/32']))).toBe(true);
    expect(isOpened('fd00:ec2::254', parseNetworks(['fd00::/8']))).toBe(false);
    expect(isOpened('169.254.1.1', parseNetworks(['169.254.0.0/16']))).toBe(true);
  });

  it.each([
    ['64:ff9b::/96', '64:ff9b::8.8.8.8', '64:ff9b::10.0.0.1'],
    ['64:ff9b:1::/48', '64:ff9b:1::8.8.8.8', '64:ff9b:1::10.0.0.1'],
    ['::ffff:0:0/96', '::ffff:8.8.8.8', '::ffff:10.0.0.1'],
    ['2002::/16', '2002:808:808::1', '2002:a00:1::1'],
    ['2001::/32', '2001::f7f7:f7f7', '2001::f5ff:fffe'], // Teredo carries the client inverted
    ['2606:4700::/32', '2606:4700::5efe:808:808', '2606:4700::5efe:a00:1'],
  ])(
    'opening %s opens public addresses inside (%s), not private ones (%s)',
    (cidr, publicInside, privateInside) => {
      const networks = parseNetworks([cidr]);
      expect([isOpened(publicInside, networks), isOpened(privateInside, networks)]).toEqual([true, false]);
      expect(isOpened(privateInside, parseNetworks([cidr, '10.0.0.0/8']))).toBe(true);
    },
  );
});
