import type { Caller } from './caller.js';

/** Who does something and from where, as the audit log will say. */
export interface Actor {
  readonly caller: Caller | 'system';
  readonly remoteAddress: string | null;
}
