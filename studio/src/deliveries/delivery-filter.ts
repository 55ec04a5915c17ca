import { toQuery } from '../api/query';
import type { DeliveryStatus, EventType } from '../api/types';
import type { DeliveryQuery } from '../api/studio-api';
import { nowMs } from '../time/ticking-clock';

const STATUSES = ['pending', 'delivered', 'failed'] as const;
const PERIODS = ['hour', 'day', 'week', 'custom'] as const;
export type Period = 'any' | (typeof PERIODS)[number];

export interface DeliveryFilter {
  status: DeliveryStatus | '';
  eventType: string;
  period: Period;
  /** Both as `<input type="datetime-local">` gives them: local time without zone, or empty. */
  customFrom: string;
  customTo: string;
}

/** From is not before To: no delivery can fit. */
export function isRangeEmpty({ period, customFrom, customTo }: DeliveryFilter): boolean {
  return period === 'custom' && customFrom !== '' && customTo !== '' && customFrom >= customTo;
}

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

/** For the address: `?status=failed&period=custom&from=2026-01-31T08:00`, or nothing without a filter. */
export function toFilterQuery({ status, eventType, period, customFrom, customTo }: DeliveryFilter): string {
  const range = period === 'custom' ? { from: customFrom, to: customTo } : {};
  return toQuery({ status, event: eventType, period: period === 'any' ? '' : period, ...range });
}

/** What {@link toFilterQuery} wrote; whatever else a query may hold is left out. */
export function readFilterQuery(query: string, eventTypes: readonly EventType[]): DeliveryFilter {
  const values = new URLSearchParams(query);
  const types = eventTypes.map(({ type }) => type);
  const pick = <T extends string>(name: string, known: readonly T[]) =>
    known.find((each) => each === values.get(name));
  return {
    status: pick('status', STATUSES) ?? '',
    eventType: pick('event', types) ?? '',
    period: pick('period', PERIODS) ?? 'any',
    customFrom: values.get('from') ?? '',
    customTo: values.get('to') ?? '',
  };
}
