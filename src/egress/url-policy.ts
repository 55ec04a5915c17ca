/** What a {@link UrlPolicy} says of a URL that an admin wants to save. */
export type UrlVerdict =
  | { kind: 'accepted'; /** In canonical form: this is what gets stored, shown and called. */ url: string }
  | {
      kind: 'refused';
      /** For the field `url`: plain words with the way out, the same words for every blocked target. */
      message: string;
    };

/**
 * Which URLs may be saved, and which addresses our servers may connect to.
 *
 * Bind your own to change the egress rules. Two questions, because a name may point elsewhere tomorrow: what
 * `judge` accepts is text, what `allowsAddress` accepts is where a connection really goes. Both must hold.
 */
export abstract class UrlPolicy {
  /**
   * Asked once per save of webhook settings. May be slow (seconds); a throw fails that save with an internal
   * error and stores nothing. The accepted URL must start with `https://`: the sender speaks nothing else.
   */
  abstract judge(url: string): UrlVerdict | Promise<UrlVerdict>;

  /**
   * Asked for every address that a host name resolved to, and for IP literals, before each new connection
   * (a kept-alive one was asked about when it was opened). One refusal refuses the host. Must be quick and
   * must not wait; a throw refuses. `address` is an IPv4 or IPv6 literal without brackets.
   */
  abstract allowsAddress(address: string): boolean;
}
