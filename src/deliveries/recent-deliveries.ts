import { Injectable } from '@nestjs/common';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { Clock, type Page, pageOf } from '../common/index.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import type { DeliveryStatus } from './delivery-status.js';

export interface DeliveryFilter {
  readonly status?: DeliveryStatus;
  readonly eventType?: string;
  readonly isTest?: boolean;
  /** Inclusive. */
  readonly since?: Date;
  /** Exclusive. */
  readonly until?: Date;
}

export interface Overview {
  readonly since: Date;
  readonly until: Date;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly oldestPendingAt: Date | null;
  /** One for each hour, oldest first. */
  readonly hours: readonly { startAt: Date; counts: Readonly<Record<DeliveryStatus, number>> }[];
}

const HOUR_MS = 3_600_000;
const OVERVIEW_HOURS = 24;

/** For its cursors. */
export const deliveryList = (chatbotId: string): string => `deliveries/${chatbotId}`;

/** Reads what DeliveryLedger wrote. */
@Injectable()
export class RecentDeliveries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Newest first. @param after the sort keys of the last row seen */
  async list(
    chatbotId: string,
    filter: DeliveryFilter,
    after: { createdAt: string; id: string } | null,
    limit: number,
  ): Promise<Page<Delivery>> {
    const query = this.dataSource
      .createQueryBuilder(Delivery, 'delivery')
      .where('delivery.chatbotId = :chatbotId', { chatbotId })
      .orderBy('delivery.createdAt', 'DESC')
      .addOrderBy('delivery.id', 'DESC')
      .limit(limit + 1);
    applyFilter(query, filter);
    if (after)
      query.andWhere('(delivery.createdAt, delivery.id) < (:afterTime::timestamptz, :afterId::uuid)', {
        afterTime: after.createdAt,
        afterId: after.id,
      });
    return pageOf(
      deliveryList(chatbotId),
      await query.getMany(),
      limit,
      ({ createdAt, id }) => [createdAt.toISOString(), id],
      (row) => row,
    );
  }

  async find(
    chatbotId: string,
    deliveryId: string,
  ): Promise<{ delivery: Delivery; attempts: DeliveryAttempt[] } | null> {
    // One snapshot: an attempt that is recorded in between must not show up without its status.
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const delivery = await manager
        .createQueryBuilder(Delivery, 'delivery')
        .addSelect('delivery.requestBody')
        .where({ id: deliveryId, chatbotId })
        .getOne();
      if (!delivery) return null;
      const attempts = await manager.find(DeliveryAttempt, {
        where: { deliveryId },
        order: { number: 'ASC' },
      });
      return { delivery, attempts };
    });
  }

  /** Whose deliveries a chatbot id names, for chatbots that are deleted themselves; null when there is none. */
  async organizationOf(chatbotId: string): Promise<string | null> {
    const row = await this.dataSource.manager.findOne(Delivery, {
      select: { id: true, organizationId: true },
      where: { chatbotId },
      order: { createdAt: 'DESC' },
    });
    return row?.organizationId ?? null;
  }

  /** The last 24 hours, the running one included. */
  async overview(chatbotId: string): Promise<Overview> {
    const until = this.clock.now();
    const firstHourMs = Math.floor(until.getTime() / HOUR_MS) * HOUR_MS - (OVERVIEW_HOURS - 1) * HOUR_MS;
    const since = new Date(firstHourMs);
    const [counts, [durations], [oldest]] = await Promise.all([
      this.dataSource.query<{ hour: string; status: DeliveryStatus; count: string }[]>(COUNTS, [
        chatbotId,
        since,
      ]),
      this.dataSource.query<{ p50: number | null; p95: number | null }[]>(DURATIONS, [chatbotId, since]),
      this.dataSource.query<{ createdAt: Date | null }[]>(OLDEST_PENDING, [chatbotId]),
    ]);
    const hours = Array.from({ length: OVERVIEW_HOURS }, (_, hour) => ({
      startAt: new Date(firstHourMs + hour * HOUR_MS),
      counts: { pending: 0, delivered: 0, failed: 0 },
    }));
    for (const { hour, status, count } of counts) {
      const bucket = hours[Number(hour)];
      if (bucket) bucket.counts[status] = Number(count);
    }
    return {
      since,
      until,
      hours,
      p50Ms: durations?.p50 ?? null,
      p95Ms: durations?.p95 ?? null,
      oldestPendingAt: oldest?.createdAt ?? null,
    };
  }
}

function applyFilter(
  query: SelectQueryBuilder<Delivery>,
  { status, eventType, isTest, since, until }: DeliveryFilter,
): void {
  if (status !== undefined) query.andWhere('delivery.status = :status', { status });
  if (eventType !== undefined) query.andWhere('delivery.eventType = :eventType', { eventType });
  if (isTest !== undefined) query.andWhere('delivery.isTest = :isTest', { isTest });
  if (since !== undefined) query.andWhere('delivery.createdAt >= :since', { since });
  if (until !== undefined) query.andWhere('delivery.createdAt < :until', { until });
}

const COUNTS = `
  SELECT floor(extract(epoch FROM created_at - $2::timestamptz) / 3600) AS hour, status, count(*)
  FROM chatbot_webhooks.delivery WHERE chatbot_id = $1 AND created_at >= $2
  GROUP BY 1, 2`;

const DURATIONS = `
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50,
         percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95
  FROM chatbot_webhooks.delivery
  WHERE chatbot_id = $1 AND created_at >= $2 AND duration_ms IS NOT NULL`;

const OLDEST_PENDING = `
  SELECT min(created_at) AS "createdAt" FROM chatbot_webhooks.delivery WHERE chatbot_id = $1 AND status = 'pending'`;
