import { isIPv4, isIPv6 } from 'node:net';

/** Addresses from `first` on that share its first `prefixLength` bits. */
export interface Network {
  family: 4 | 6;
  first: bigint;
  prefixLength: number;
}

export interface IpAddress {
  family: 4 | 6;
  value: bigint;
}

/** Networks in CIDR notation; a bare address is that one address. Throws an error that names the bad one. */
export function parseNetworks(cidrs: readonly string[]): Network[] {
  return cidrs.map(parseNetwork);
}

/** As {@link parseNetworks}, for one. */
export function parseNetwork(cidr: string): Network {
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

export function isIn(networks: readonly Network[], address: IpAddress): boolean {
  return networks.some(({ family, first, prefixLength }) => {
    if (family !== address.family) return false;
    const shift = BigInt((family === 4 ? 32 : 128) - prefixLength);
    return address.value >> shift === first >> shift;
  });
}

/** Null for anything but a plain IP literal. */
export function parseAddress(literal: string): IpAddress | null {
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
