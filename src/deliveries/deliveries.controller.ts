import { Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller, RequireScopes } from '../access/index.js';
import {
  ApiController,
  ApiProblems,
  decodeCursor,
  IdParam,
  isIdKey,
  isTimeKey,
  NotFoundError,
  parseInstant,
} from '../common/index.js';
import { DeliveryAccess } from './delivery-access.js';
import {
  AttemptDto,
  DeliveryDto,
  DeliveryListDto,
  DeliveryQuery,
  DeliverySummaryDto,
  OverviewDto,
} from './dto/delivery.dto.js';
import { deliveryList, type Overview, RecentDeliveries } from './recent-deliveries.js';
import { RequestHeaders } from './request-headers.js';

@ApiController('v1/chatbots/:id', 'Deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: RecentDeliveries,
    private readonly access: DeliveryAccess,
    private readonly requestHeaders: RequestHeaders,
  ) {}

  /** Recent Deliveries, newest first. */
  @Get('deliveries')
  @RequireScopes('deliveries:read')
  @ApiProblems('validation_failed', 'not_found')
  async list(
    @CurrentCaller() caller: Caller,
    @IdParam('id') id: string,
    @Query() query: DeliveryQuery,
  ): Promise<DeliveryListDto> {
    const keys = decodeCursor(deliveryList(id), query.cursor, [isTimeKey, isIdKey]);
    await this.access.assertVisible(caller, id);
    const filter = {
      status: query.status,
      eventType: query.eventType,
      isTest: query.test,
      since: parseInstant(query.since) ?? undefined,
      until: parseInstant(query.until) ?? undefined,
    };
    const after = keys && { createdAt: keys[0], id: keys[1] };
    const { items, nextCursor } = await this.deliveries.list(id, filter, after, query.limit);
    return { items: items.map((row) => DeliverySummaryDto.from(row)), nextCursor };
  }

  /** One delivery with its body and its attempts. */
  @Get('deliveries/:deliveryId')
  @RequireScopes('deliveries:read')
  @ApiProblems('validation_failed', 'not_found')
  async get(
    @CurrentCaller() caller: Caller,
    @IdParam('id') id: string,
    @IdParam('deliveryId') deliveryId: string,
  ): Promise<DeliveryDto> {
    await this.access.assertVisible(caller, id);
    const found = await this.deliveries.find(id, deliveryId);
    if (!found) throw new NotFoundError('The delivery');
    const { delivery, attempts } = found;
    return {
      ...DeliverySummaryDto.from(delivery),
      requestBody: delivery.requestBody.toString('utf8'),
      attempts: attempts.map((attempt) =>
        AttemptDto.from(
          attempt,
          this.requestHeaders.of({
            deliveryId,
            eventType: delivery.eventType,
            isTest: delivery.isTest,
            attemptNumber: attempt.number,
          }),
        ),
      ),
    };
  }

  /** How deliveries went in the last 24 hours. */
  @Get('overview')
  @RequireScopes('deliveries:read')
  @ApiProblems('validation_failed', 'not_found')
  async overview(@CurrentCaller() caller: Caller, @IdParam('id') id: string): Promise<OverviewDto> {
    await this.access.assertVisible(caller, id);
    return toOverviewDto(await this.deliveries.overview(id));
  }
}

function toOverviewDto({ since, until, hours, p50Ms, p95Ms, oldestPendingAt }: Overview): OverviewDto {
  const total = (status: 'delivered' | 'failed' | 'pending') =>
    hours.reduce((sum, { counts }) => sum + counts[status], 0);
  const delivered = total('delivered');
  const failed = total('failed');
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    delivered,
    failed,
    pending: total('pending'),
    successRate: delivered + failed === 0 ? null : delivered / (delivered + failed),
    durationMs: { p50: p50Ms, p95: p95Ms },
    oldestPendingAt: oldestPendingAt?.toISOString() ?? null,
    buckets: hours.map(({ startAt, counts }) => ({ startAt: startAt.toISOString(), ...counts })),
  };
}
