import { v7 } from 'uuid';

/** A UUIDv7: ordered by time, so that fresh rows land side by side in every index. */
export const newId = (): string => v7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any RFC 9562 layout, whatever its version: ids that hosts bring need not be ours. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

/** The smallest UUIDv7 of a millisecond: ids below it were made before. */
export const firstIdAt = (time: Date): string => {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};
