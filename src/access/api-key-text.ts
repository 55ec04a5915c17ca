import { randomBytes } from 'node:crypto';

const PREFIX = 'cbw_';
const KEY_BYTES = 32;

/** What no key of ours looks like is refused without asking the database. */
export const API_KEY_SHAPE = /^cbw_[A-Za-z0-9_-]{43}$/;

/** The prefix is for secret scanners and for people who find one in a file. */
export const newApiKey = (): string => PREFIX + randomBytes(KEY_BYTES).toString('base64url');

/** Such as `cbw_…x7Qd`. */
export const hintOf = (key: string): string => `${PREFIX}…${key.slice(-4)}`;
