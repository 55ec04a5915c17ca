import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/index.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';
import { Retention } from './retention.js';

/** Health, metrics and retention. */
@Module({
  imports: [DeliveriesModule],
  controllers: [HealthController, MetricsController],
  providers: [Metrics, Readiness, Retention],
})
export class OperationsModule {}
