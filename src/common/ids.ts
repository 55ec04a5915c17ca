import { v7 } from 'uuid';

/** A UUIDv7: ordered by time, so that fresh rows land side by side in every index. */
export const newId = (): string => v7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any RFC 9562 layout, whatever its version: ids that hosts bring need not be ours. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
