import { BullModule } from '@nestjs/bull';
import { type DynamicModule, type FactoryProvider, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessOptions } from '../access/index.js';
import { Chatbot } from '../chatbot-settings/index.js';
import { Clock } from '../common/index.js';
import { Environment, readEnvironment, variablesWith } from '../config/index.js';
import { AfterCommit } from '../database/index.js';
import { DELIVERY_QUEUE_NAME } from '../delivery/index.js';
import { EgressOptions } from '../egress/index.js';
import { builtInEvents, EventCatalog } from '../events/index.js';
import { ResolvedOptions, type StructureOptions } from './options.js';
import { plugBoard } from './plug-board.js';
import { producerOptions } from './redis-parts.js';

/** What every room may inject without importing it. */
const shared: FactoryProvider[] = [
  {
    provide: Environment,
    inject: [ResolvedOptions],
    useFactory: ({ environment }: ResolvedOptions) => readEnvironment(variablesWith(environment)),
  },
  {
    provide: EventCatalog,
    inject: [ResolvedOptions],
    useFactory: ({ events }: ResolvedOptions) => new EventCatalog([...builtInEvents, ...(events ?? [])]),
  },
  {
    provide: EgressOptions,
    inject: [Environment],
    useFactory: (environment: Environment) =>
      new EgressOptions({
        allowedNetworks: environment.WEBHOOK_ALLOWED_NETWORKS,
        connectionsPerOrigin: environment.WEBHOOK_CONCURRENCY,
        connectTimeoutMs: environment.WEBHOOK_TIMEOUT,
        proxyUrl: environment.WEBHOOK_PROXY_URL ?? null,
      }),
  },
  { provide: Clock, useFactory: () => new Clock() },
  { provide: AfterCommit, useFactory: () => new AfterCommit() },
];

/**
 * The plug board. One global module: an override in a leaf module's own `forRoot` is silently lost where
 * another module imports that leaf plainly.
 */
@Global()
@Module({})
export class ExtensionsModule {
  static for(options: FactoryProvider<ResolvedOptions>, structure: StructureOptions): DynamicModule {
    const { undeclaredRoutes = 'leave' } = structure;
    return {
      module: ExtensionsModule,
      imports: [
        ...(structure.imports ?? []),
        AccessModule,
        TypeOrmModule.forFeature([Chatbot]),
        ...(usesBull(structure) ? [bullModule()] : []),
      ],
      providers: [
        options,
        ...shared,
        { provide: AccessOptions, useValue: new AccessOptions({ undeclaredRoutes }) },
        ...plugBoard,
      ],
      exports: [ResolvedOptions, AccessOptions, ...[...shared, ...plugBoard].map(({ provide }) => provide)],
    };
  }
}

const usesBull = ({ queue }: StructureOptions): boolean =>
  queue === undefined ? Boolean(variablesWith().REDIS_URL) : queue === 'bull';

function bullModule(): DynamicModule {
  return BullModule.registerQueueAsync({
    name: DELIVERY_QUEUE_NAME,
    inject: [Environment],
    useFactory: ({ REDIS_URL }: Environment) => {
      if (REDIS_URL === undefined) throw new Error("The option queue: 'bull' wants REDIS_URL to be set.");
      return producerOptions(REDIS_URL);
    },
  });
}
