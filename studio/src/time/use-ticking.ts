import { useSyncExternalStore } from 'react';
import { nowMs, subscribeToTicks } from './ticking-clock';

/** A text that depends on the time: renders again only when the text changes, not with every tick. */
export function useTicking(describe: (nowMs: number) => string): string {
  return useSyncExternalStore(subscribeToTicks, () => describe(nowMs()));
}
