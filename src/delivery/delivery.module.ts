import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ChatbotSettingsModule } from '../chatbot-settings/index.js';
import { Environment } from '../config/index.js';
import { DeliveriesModule } from '../deliveries/index.js';
import { EgressModule } from '../egress/index.js';
import { EventsModule } from '../events/index.js';
import { SigningModule } from '../signing/index.js';
import { AttemptIntake } from './attempt-intake.js';
import { AttemptJournal } from './attempt-journal.js';
import { AttemptRunner } from './attempt-runner.js';
import { DeliveryActionsController } from './delivery-actions.controller.js';
import { DeliveryOpener } from './delivery-opener.js';
import { DeliveryWorker } from './delivery-worker.js';
import { Dispatcher } from './dispatcher.js';
import { EndpointLanes } from './endpoint-lanes.js';
import { FanOut } from './fan-out.js';
import { IngestController } from './ingest.controller.js';
import { Redelivery } from './redelivery.js';
import { SampleEvents } from './sample-events.js';
import { SignedRequest } from './signed-request.js';
import { Sweeper } from './sweeper.js';
import { TestDeliveries } from './test-deliveries.js';
import { TestLimit } from './test-limit.js';

/** Acts: turns events into deliveries, makes their attempts, and answers POST. */
@Module({
  imports: [AccessModule, ChatbotSettingsModule, DeliveriesModule, EgressModule, EventsModule, SigningModule],
  controllers: [DeliveryActionsController, IngestController],
  providers: [
    AttemptIntake,
    AttemptJournal,
    AttemptRunner,
    DeliveryOpener,
    DeliveryWorker,
    Dispatcher,
    {
      provide: EndpointLanes,
      inject: [Environment],
      useFactory: (environment: Environment) =>
        new EndpointLanes({
          perEndpoint: environment.WEBHOOK_ENDPOINT_CONCURRENCY,
          total: environment.WEBHOOK_CONCURRENCY,
        }),
    },
    FanOut,
    Redelivery,
    SampleEvents,
    SignedRequest,
    Sweeper,
    TestDeliveries,
    TestLimit,
  ],
})
export class DeliveryModule {}
