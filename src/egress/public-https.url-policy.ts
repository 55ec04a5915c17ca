import { isIP } from 'node:net';
import { type Network, parseNetworks } from '../common/index.js';
import { isGloballyReachable, isOpened } from './address-policy.js';
import { UrlPolicy, type UrlVerdict } from './url-policy.js';

const MAX_URL_LENGTH = 2048;
const MAX_NAME_LENGTH = 253;

/** Letters, digits, hyphens: RFC 1123, section 2.1. Unicode has become `xn--` by the time this is asked. */
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * Last labels that name nothing on the internet: the special-use registry (RFC 6761 and after) and the private
 * ones of RFC 6762, appendix G. `.example` is not here: RFC 6761 asks software to treat it like any other name.
 */
const SPECIAL_USE_SUFFIXES = new Set([
  ...['alt', 'arpa', 'internal', 'invalid', 'local', 'localhost', 'onion', 'test'],
  ...['corp', 'home', 'intranet', 'lan', 'localdomain', 'private'],
]);

const NOT_HTTPS = 'The URL must start with https://.';
const TOO_LONG = `The URL must be at most ${MAX_URL_LENGTH} characters long.`;
const TOO_LONG_ENCODED = `The URL must be at most ${MAX_URL_LENGTH} characters long in its percent-encoded form.`;
const BAD_CHARACTER =
  'The URL must not contain white space, control characters or backslashes. Write them percent-encoded, a space as %20.';
const HAS_USER_INFO =
  'The URL must not contain a user name or password. Check the webhook signature to know who is calling.';
const NOT_A_URL = 'This is not a valid URL. Write it like https://hooks.example.com/path.';
const BAD_PORT = 'The port must be between 1 and 65535.';
const UNDERSCORE = 'The host name must not contain an underscore. Use letters, digits, hyphens and dots.';
const TRAILING_DOT = 'The host name must not end with a dot. Remove the dot.';
/** One text for every blocked target, so that the answer tells nothing of what stands behind it. */
const NOT_PUBLIC =
  'The URL must lead to a public host: a domain name such as hooks.example.com, or a public IP address.';

/**
 * Public HTTPS only. `allowedNetworks` (CIDRs) opens addresses that are not public, written as IP literals or
 * behind public-looking names; `localhost`, other special-use names and single labels stay refused.
 *
 * Canonical form is the WHATWG one (lower-case, punycode, default port dropped, dots in the path resolved)
 * without the fragment, which is never sent to a server.
 */
export class PublicHttpsUrlPolicy extends UrlPolicy {
  private readonly openedNetworks: readonly Network[];

  /** Throws an error that names the entry if one of `allowedNetworks` is not a CIDR. */
  constructor(allowedNetworks: readonly string[]) {
    super();
    this.openedNetworks = parseNetworks(allowedNetworks);
  }

  override judge(url: string): UrlVerdict {
    if (url.length > MAX_URL_LENGTH) return refused(TOO_LONG);
    const writtenProblem = findProblemAsWritten(url);
    if (writtenProblem !== null) return refused(writtenProblem);
    if (!URL.canParse(url)) return refused(NOT_A_URL);

    const parsed = new URL(url);
    const hostProblem = this.findHostProblem(parsed.hostname);
    if (hostProblem !== null) return refused(hostProblem);
    if (parsed.port === '0') return refused(BAD_PORT);

    parsed.hash = '';
    return parsed.href.length > MAX_URL_LENGTH
      ? refused(TOO_LONG_ENCODED)
      : { kind: 'accepted', url: parsed.href };
  }

  override allowsAddress(address: string): boolean {
    return isGloballyReachable(address) || isOpened(address, this.openedNetworks);
  }

  private findHostProblem(hostname: string): string | null {
    const literal = hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(literal) !== 0) return this.allowsAddress(literal) ? null : NOT_PUBLIC;
    if (hostname.endsWith('.')) return TRAILING_DOT;
    if (hostname.includes('_')) return UNDERSCORE;
    const labels = hostname.split('.');
    if (hostname.length > MAX_NAME_LENGTH || !labels.every((label) => LABEL.test(label))) return NOT_A_URL;
    return labels.length < 2 || SPECIAL_USE_SUFFIXES.has(labels.at(-1)!) ? NOT_PUBLIC : null;
  }
}

/**
 * Judges the text before any parser has repaired it: WHATWG parsing drops tabs and line breaks, turns
 * backslashes into slashes and skips extra slashes, and the next parser down the line may not.
 */
function findProblemAsWritten(url: string): string | null {
  if (!url.startsWith('https://')) return NOT_HTTPS;
  if (/[\s\\\p{Cc}]/u.test(url)) return BAD_CHARACTER;
  const authority = /^https:\/\/([^/?#]*)/.exec(url)?.[1] ?? '';
  if (authority.includes('@')) return HAS_USER_INFO;
  // \p{C}: invisible characters as well. IDNA drops them, so the name read would not be the name called.
  if (authority === '' || /[\p{C}%]/u.test(authority)) return NOT_A_URL;
  return null;
}

function refused(message: string): UrlVerdict {
  return { kind: 'refused', message };
}
