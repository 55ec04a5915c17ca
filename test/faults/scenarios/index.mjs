import { everything } from './chaos.mjs';
import { kills } from './kills.mjs';
import { postgres } from './postgres.mjs';
import { redis } from './redis.mjs';
import { starts } from './starts.mjs';
import { together } from './together.mjs';

/** Lanes run side by side, each on servers of its own; the scenarios of a lane one after the other. The longest first. */
export const lanes = [redis, kills, everything, together, postgres, starts];
