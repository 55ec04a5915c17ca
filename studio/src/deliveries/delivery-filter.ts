import type { DeliveryStatus } from '../api/types';
import type { DeliveryQuery } from '../api/studio-api';
import { nowMs } from '../time/ticking-clock';

export type Period = 'any' | 'hour' | 'day' | 'week' | 'custom';

export interface DeliveryFilter {
  status: DeliveryStatus | '';
  eventType: string;
  period: Period;
  /** Both as `<input type="datetime-local">` gives them: local time without zone, or empty. */
  customFrom: string;
  customTo: string;
}

export const NO_FILTER: DeliveryFilter = {
  status: '',
  eventType: '',
  period: 'any',
  customFrom: '',
  customTo: '',
};

const HOUR_MS = 3_600_000;
const PERIOD_MS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS };

export function isFiltering(filter: DeliveryFilter): boolean {
  return filter.status !== '' || filter.eventType !== '' || filter.period !== 'any';
}

/** Made once per choice, not per request: a `since` that moves on would not fit the cursor of the page before. */
export function toDeliveryQuery(filter: DeliveryFilter): DeliveryQuery {
  const { status, eventType, period } = filter;
  if (period === 'any') return { status, eventType };
  if (period === 'custom') {
    return { status, eventType, since: toUtc(filter.customFrom), until: toUtc(filter.customTo) };
  }
  return { status, eventType, since: new Date(nowMs() - PERIOD_MS[period]).toISOString() };
}

function toUtc(local: string): string | null {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
