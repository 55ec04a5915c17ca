import {
  isIn,
  type IpAddress,
  type Network,
  parseAddress,
  parseNetwork,
  parseNetworks,
} from '../common/index.js';

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

function isSingleAddress({ family, prefixLength }: Network): boolean {
  return prefixLength === (family === 4 ? 32 : 128);
}

function isIsatap(value: bigint): boolean {
  return ISATAP_MARKS.includes((value >> 32n) & 0xffff_ffffn);
}

function embeddedIpv4({ family, value }: IpAddress): string | null {
  if (family === 4 || value <= 1n) return null; // `::` and `::1` lie in ::/96, and are themselves
  if (isIn([TEREDO], { family, value })) return formatIpv4(~value & 0xffff_ffffn); // the client's, inverted
  const embedding = IPV4_EMBEDDINGS.find(({ network }) => isIn([network], { family, value }));
  if (embedding !== undefined) return formatIpv4((value >> embedding.shift) & 0xffff_ffffn);
  return isIsatap(value) ? formatIpv4(value & 0xffff_ffffn) : null;
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}
