import type { Delivery, DeliveryDetail, Page } from '../api/types';

const QUICK_MS = 500;
const LONGEST_WHILE_PENDING_MS = 3000;
const LONGEST_AT_REST_MS = 15_000;
const FIRST_AT_REST_MS = 3000;
const GROWTH = 1.5;

/** What a person would see change: the same text means that nothing has happened. */
const fingerprint = (deliveries: Delivery[]) =>
  deliveries.map(({ id, status, attemptCount }) => `${id} ${status} ${attemptCount}`).join();

/**
 * When to look again: soon after something moved, then less and less often. Faster while a delivery is
 * pending, since that will move; slowly otherwise, because a new one may come at any time.
 */
export function nextPageDelayMs(
  page: Page<Delivery>,
  previous: Page<Delivery> | undefined,
  lastDelayMs: number,
): number {
  const hasMoved = previous !== undefined && fingerprint(page.items) !== fingerprint(previous.items);
  const isAnyPending = page.items.some(({ status }) => status === 'pending');
  if (isAnyPending) return hasMoved ? QUICK_MS : grow(lastDelayMs, QUICK_MS, LONGEST_WHILE_PENDING_MS);
  return hasMoved ? FIRST_AT_REST_MS : grow(lastDelayMs, FIRST_AT_REST_MS, LONGEST_AT_REST_MS);
}

/** A delivery that has ended is not fetched again. */
export function nextDetailDelayMs(
  delivery: DeliveryDetail,
  previous: DeliveryDetail | undefined,
  lastDelayMs: number,
): number | null {
  if (delivery.status !== 'pending') return null;
  const hasMoved = previous !== undefined && previous.attemptCount !== delivery.attemptCount;
  return hasMoved ? QUICK_MS : grow(lastDelayMs, QUICK_MS, LONGEST_WHILE_PENDING_MS);
}

const OVERVIEW_MS = 60_000;
export const nextOverviewDelayMs = () => OVERVIEW_MS;

function grow(delayMs: number, shortestMs: number, longestMs: number): number {
  return Math.min(Math.max(delayMs * GROWTH, shortestMs), longestMs);
}
