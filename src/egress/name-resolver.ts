import { promises as dns } from 'node:dns';
import { HostsFile } from './hosts-file.js';
import { SendFailure } from './send-failure.js';

/** Two rounds of 1.5 s and 3 s by c-ares: within the 5 s that a name may cost. */
const QUERY_TIMEOUT_MS = 1500;
const QUERY_TRIES = 2;
const RESOLVE_TIMEOUT_MS = 5000;

/**
 * Once one family has answered, how long the other may take: zones exist whose servers drop every AAAA query.
 * What is used is what was checked, so a late answer cannot slip an address past the policy.
 */
const OTHER_FAMILY_GRACE_MS = 1000;

interface FamilyAnswer {
  addresses: string[];
  /** The error's code if there is no address. */
  errorCode: string | null;
}

/**
 * Host names to addresses: the hosts file, then name servers, over sockets of its own (c-ares). `dns.lookup`
 * would share four threads with every file access of the process, so that one dead zone stops all.
 */
export class NameResolver {
  private readonly hostsFile: HostsFile | null;
  /** A burst of connections to one host asks once. */
  private readonly underWay = new Map<string, Promise<string[]>>();
  private readonly resolvers = new Set<dns.Resolver>();

  constructor(
    private readonly dnsServers: readonly string[],
    hostsFile: string | null,
  ) {
    this.hostsFile = hostsFile === null ? null : new HostsFile(hostsFile);
  }

  /** Every address of the name, IPv4 first, at least one; else throws a {@link SendFailure} `dns`, within 5 s. */
  async resolve(name: string): Promise<string[]> {
    const listed = this.hostsFile?.find(name) ?? [];
    if (listed.length > 0) return listed;

    const known = this.underWay.get(name);
    if (known !== undefined) return known;
    const asked = this.ask(name).finally(() => this.underWay.delete(name));
    this.underWay.set(name, asked);
    return asked;
  }

  /** Ends the queries that are under way. */
  close(): void {
    for (const resolver of this.resolvers) resolver.cancel();
  }

  private async ask(name: string): Promise<string[]> {
    const resolver = this.createResolver();
    const timers: NodeJS.Timeout[] = [];
    const expiry = (delayMs: number) =>
      new Promise<FamilyAnswer>((resolve) => {
        timers.push(setTimeout(resolve, delayMs, { addresses: [], errorCode: 'ETIMEOUT' }));
      });
    const overall = expiry(RESOLVE_TIMEOUT_MS);
    const ipv4 = Promise.race([settle(resolver.resolve4(name)), overall]);
    const ipv6 = Promise.race([settle(resolver.resolve6(name)), overall]);
    try {
      const first = await Promise.race([ipv4, ipv6]);
      const limit = first.addresses.length > 0 ? expiry(OTHER_FAMILY_GRACE_MS) : overall;
      const answers = await Promise.all([Promise.race([ipv4, limit]), Promise.race([ipv6, limit])]);
      const addresses = answers.flatMap((answer) => answer.addresses);
      if (addresses.length === 0) throw notResolved(answers);
      return addresses;
    } finally {
      timers.forEach(clearTimeout);
      resolver.cancel();
      this.resolvers.delete(resolver);
    }
  }

  /**
   * One for each name: c-ares shortens a resolver's time-outs to 1 s when its other answers came fast, and a zone
   * that is merely slow would never resolve. A new one also reads the system's name servers as they are now.
   */
  private createResolver(): dns.Resolver {
    const resolver = new dns.Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });
    if (this.dnsServers.length > 0) resolver.setServers([...this.dnsServers]);
    this.resolvers.add(resolver);
    return resolver;
  }
}

function settle(query: Promise<string[]>): Promise<FamilyAnswer> {
  return query.then(
    (addresses) => ({ addresses, errorCode: null }),
    (error: NodeJS.ErrnoException) => ({ addresses: [], errorCode: error.code ?? 'EUNKNOWN' }),
  );
}

function notResolved(answers: readonly FamilyAnswer[]): SendFailure {
  const doesNotExist = answers.every(({ errorCode }) => errorCode === 'ENOTFOUND' || errorCode === 'ENODATA');
  return new SendFailure(
    'dns',
    doesNotExist
      ? 'The host name of the webhook URL has no address.'
      : 'The host name of the webhook URL could not be looked up: its name servers gave no answer.',
  );
}
