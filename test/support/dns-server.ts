import { createSocket, type Socket } from 'node:dgram';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/**
 * What the server says of a name: its addresses (an empty list: the name exists, without any), or `servfail`, or
 * `silent` for no answer at all. A function is asked at every query, with 1 for the first: that is how to rebind.
 */
export type DnsAnswer = readonly string[] | 'servfail' | 'silent';
export type DnsRecord = DnsAnswer | ((queryNumber: number, type: 'A' | 'AAAA') => DnsAnswer);

const TYPES: Record<number, 'A' | 'AAAA'> = { 1: 'A', 28: 'AAAA' };
const NO_ERROR = 0;
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;

/** A name server of one's own on 127.0.0.1, over UDP, for A and AAAA questions. Time to live is 0. */
export class DnsServer {
  /** `name type` of every question, in order. */
  readonly queries: string[] = [];
  /** How long the server thinks before each answer. */
  delayMs = 0;
  private isClosed = false;
  private readonly records = new Map<string, DnsRecord>();

  private constructor(private readonly socket: Socket) {}

  static async start(records: Record<string, DnsRecord> = {}): Promise<DnsServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const server = new DnsServer(socket);
    Object.entries(records).forEach(([name, record]) => server.set(name, record));
    socket.on('message', (query, from) => {
      const answer = server.answer(query);
      const send = () => {
        if (!server.isClosed) socket.send(answer!, from.port, from.address);
      };
      if (answer !== null) setTimeout(send, server.delayMs);
    });
    return server;
  }

  /** As `EgressOptions.dnsServers` wants it. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  set(name: string, record: DnsRecord): void {
    this.records.set(name, record);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await new Promise<void>((resolve) => this.socket.close(() => resolve()));
  }

  private answer(query: Buffer): Buffer | null {
    const { name, type, end } = readQuestion(query);
    this.queries.push(`${name} ${type ?? 'other'}`);
    const record = this.records.get(name);
    if (record === undefined) return respond(query, end, NO_SUCH_NAME, []);
    if (type === undefined) return respond(query, end, NO_ERROR, []);

    const queryNumber = this.queries.filter((asked) => asked === `${name} ${type}`).length;
    const answer = typeof record === 'function' ? record(queryNumber, type) : record;
    if (answer === 'silent') return null;
    if (answer === 'servfail') return respond(query, end, SERVER_FAILURE, []);
    return respond(query, end, NO_ERROR, answer.filter(type === 'A' ? isIPv4 : isIPv6));
  }
}

function readQuestion(query: Buffer): { name: string; type: 'A' | 'AAAA' | undefined; end: number } {
  const labels: string[] = [];
  let offset = 12;
  for (let length = query[offset]!; length > 0; length = query[offset]!) {
    labels.push(query.toString('latin1', offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return {
    name: labels.join('.').toLowerCase(),
    type: TYPES[query.readUInt16BE(offset + 1)],
    end: offset + 5,
  };
}

function respond(query: Buffer, questionEnd: number, code: number, addresses: readonly string[]): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2); // an answer, recursion asked for and available
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, query.subarray(12, questionEnd), ...addresses.map(toResourceRecord)]);
}

function toResourceRecord(address: string): Buffer {
  const data = isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // the name of the question
  head.writeUInt16BE(isIPv4(address) ? 1 : 28, 2);
  head.writeUInt16BE(1, 4); // internet
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function ipv6Bytes(address: string): Buffer {
  const dotted = /\d+\.\d+\.\d+\.\d+$/.exec(new SocketAddress({ address, family: 'ipv6' }).address)?.[0];
  const hex = dotted
    ? address.replace(
        /[^:]*\.[^:]*$/,
        Buffer.from(dotted.split('.').map(Number))
          .toString('hex')
          .replace(/(.{4})/, '$1:'),
      )
    : address;
  const [head = '', tail] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
