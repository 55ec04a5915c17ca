import { kills } from './kills.mjs';
import { redis } from './redis.mjs';

/** Lanes run side by side, each on servers of its own; the scenarios of a lane one after the other. */
export const lanes = [kills, redis];
