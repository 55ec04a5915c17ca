import { isIPv4, isIPv6 } from 'node:net';

/** Addresses from `first` on that share its first `prefixLength` bits. */
export interface Network {
  family: 4 | 6;
  first: bigint;
  prefixLength: number;
}

interface Address {
  family: 4 | 6;
  value: bigint;
}

/** IANA IPv4 Special-Purpose Address Registry, all of it, and what RFC 5771 and RFC 1112 set apart. */
const SPECIAL_IPV4 = parseNetworks([
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; Alibaba Cloud's metadata (100.100.100.200)
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local; cloud metadata (169.254.169.254)
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; Oracle Cloud's metadata (192.0.0.192)
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // automatic multicast tunneling
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]);

/** The only part of IPv6 that is handed out to the public, ... */
const GLOBAL_UNICAST_IPV6 = parseNetworks(['2000::/3']);

/** ... less the special-purpose registry's entries inside it. */
const SPECIAL_IPV6 = parseNetworks([
  '2001::/23', // protocol assignments; Teredo (2001::/32), ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
]);

/**
 * Where clouds answer with credentials. Some of these are public addresses, some lie inside networks that
 * self-hosters open for other reasons: only naming the one address (`/32`, `/128`) opens it.
 */
const METADATA = parseNetworks([
  '168.63.129.16/32', // Azure's wire server
  '169.254.169.254/32', // AWS, Google Cloud, Azure, DigitalOcean, OpenStack
  '169.254.170.2/32', // AWS ECS task roles
  '169.254.170.23/32', // AWS EKS pod identity
  '100.100.100.200/32', // Alibaba Cloud
  '192.0.0.192/32', // Oracle Cloud
  'fd00:ec2::254/128', // AWS
  'fd00:ec2::23/128', // AWS EKS pod identity
  'fd20:ce::254/128', // Google Cloud
]);

/** IPv6 prefixes that carry an IPv4 address, and how many bits stand to its right. */
const IPV4_EMBEDDINGS = (
  [
    ['::/96', 0], // compatible
    ['::ffff:0:0/96', 0], // mapped
    ['::ffff:0:0:0/96', 0], // translated (SIIT)
    ['64:ff9b::/96', 0], // NAT64
    ['64:ff9b:1::/48', 0], // NAT64, local use
    ['2002::/16', 80], // 6to4
  ] as const
).map(([cidr, shift]) => ({ network: parseNetwork(cidr), shift: BigInt(shift) }));

const TEREDO = parseNetwork('2001::/32');

/** `0000:5efe` or `0200:5efe` before the last 32 bits: RFC 5214, section 6.1. */
const ISATAP_MARKS = [0x0000_5efen, 0x0200_5efen];

/**
 * Whether anybody on the internet may be meant by this address: not private, not special, carrying no other
 * address inside, and no cloud's metadata service. Anything but a plain IP literal is not.
 */
export function isGloballyReachable(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed === null || isIn(METADATA, parsed)) return false;
  if (parsed.family === 4) return !isIn(SPECIAL_IPV4, parsed);
  return isIn(GLOBAL_UNICAST_IPV6, parsed) && !isIn(SPECIAL_IPV6, parsed) && !isIsatap(parsed.value);
}

/**
 * Whether the operator opened this address. A metadata address takes an entry of its own, and an IPv6 address
 * with an IPv4 address inside is open only if that one is reachable too, so that opening a NAT64 prefix does
 * not open the private networks behind it.
 */
export function isOpened(address: string, openedNetworks: readonly Network[]): boolean {
  const parsed = parseAddress(address);
  if (parsed === null) return false;
  const candidates = isIn(METADATA, parsed) ? openedNetworks.filter(isSingleAddress) : openedNetworks;
  if (!isIn(candidates, parsed)) return false;
  const embedded = embeddedIpv4(parsed);
  return embedded === null || isGloballyReachable(embedded) || isOpened(embedded, openedNetworks);
}

/** Networks in CIDR notation; a bare address is that one address. Throws an error that names the bad one. */
export function parseNetworks(cidrs: readonly string[]): Network[] {
  return cidrs.map(parseNetwork);
}

function parseNetwork(cidr: string): Network {
  const [, literal = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(cidr.trim()) ?? [];
  const address = parseAddress(literal);
  const bits = address?.family === 4 ? 32 : 128;
  const prefixLength = length === undefined ? bits : Number(length);
  if (address === null || prefixLength > bits) {
    throw new Error(`"${cidr}" is not a network in CIDR notation, such as 10.0.0.0/8 or fd00::/8.`);
  }
  const network = { family: address.family, first: address.value, prefixLength };
  if (lowBits(network) !== 0n) {
    throw new Error(`"${cidr}" has bits set to the right of its prefix: write the network's first address.`);
  }
  return network;
}

function lowBits({ family, first, prefixLength }: Network): bigint {
  return first & ((1n << BigInt((family === 4 ? 32 : 128) - prefixLength)) - 1n);
}

function isSingleAddress({ family, prefixLength }: Network): boolean {
  return prefixLength === (family === 4 ? 32 : 128);
}

function isIn(networks: readonly Network[], address: Address): boolean {
  return networks.some(({ family, first, prefixLength }) => {
    if (family !== address.family) return false;
    const shift = BigInt((family === 4 ? 32 : 128) - prefixLength);
    return address.value >> shift === first >> shift;
  });
}

function isIsatap(value: bigint): boolean {
  return ISATAP_MARKS.includes((value >> 32n) & 0xffff_ffffn);
}

function embeddedIpv4({ family, value }: Address): string | null {
  if (family === 4 || value <= 1n) return null; // `::` and `::1` lie in ::/96, and are themselves
  if (isIn([TEREDO], { family, value })) return formatIpv4(~value & 0xffff_ffffn); // the client's, inverted
  const embedding = IPV4_EMBEDDINGS.find(({ network }) => isIn([network], { family, value }));
  if (embedding !== undefined) return formatIpv4((value >> embedding.shift) & 0xffff_ffffn);
  return isIsatap(value) ? formatIpv4(value & 0xffff_ffffn) : null;
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}

function parseAddress(literal: string): Address | null {
  if (isIPv4(literal)) return { family: 4, value: parseIpv4(literal) };
  // A zone (`fe80::1%eth0`) passes isIPv6, and means nothing outside this machine.
  if (isIPv6(literal) && !literal.includes('%')) return { family: 6, value: parseIpv6(literal) };
  return null;
}

function parseIpv4(literal: string): bigint {
  return literal.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseIpv6(literal: string): bigint {
  const dotted = /[^:]*\.[^:]*$/.exec(literal)?.[0];
  const hex = dotted === undefined ? literal : literal.replace(dotted, ipv4AsGroups(dotted));
  const [head = '', tail] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function ipv4AsGroups(dotted: string): string {
  const value = parseIpv4(dotted);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
