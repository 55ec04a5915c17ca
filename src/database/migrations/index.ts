import { CreateSchema1764000000000 } from './1764000000000-create-schema.js';

/** In the order in which they run. */
export const migrations = [CreateSchema1764000000000];
