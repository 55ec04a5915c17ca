import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveriesController } from './deliveries.controller.js';
import { Delivery } from './delivery.entity.js';
import { DeliveryAccess } from './delivery-access.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import { DeliveryLedger } from './delivery-ledger.js';
import { RecentDeliveries } from './recent-deliveries.js';
import { RequestHeaders } from './request-headers.js';

/** Remembers deliveries and their attempts, and answers GET. */
@Module({
  imports: [TypeOrmModule.forFeature([Delivery, DeliveryAttempt])],
  controllers: [DeliveriesController],
  providers: [DeliveryAccess, DeliveryLedger, RecentDeliveries, RequestHeaders],
  exports: [DeliveryLedger, RecentDeliveries, RequestHeaders],
})
export class DeliveriesModule {}
