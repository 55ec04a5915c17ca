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
const shared = (structure: StructureOptions): FactoryProvider[] => [
  {
    provide: Environment,
    inject: [ResolvedOptions],
    useFactory: ({ environment: variables, parts }: ResolvedOptions) => {
      const environment = readEnvironment(variablesWith(variables), {
        database: structure.database === 'host',
        secretCipher: parts?.secretCipher !== undefined,
      });
      refuseLateRedis(environment, structure);
      return environment;
    },
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
    const providers = [...shared(structure), ...plugBoard];
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
        { provide: AccessOptions, useValue: new AccessOptions({ undeclaredRoutes }) },
        ...providers,
      ],
      exports: [ResolvedOptions, AccessOptions, ...providers.map(({ provide }) => provide)],
    };
  }
}

const usesBull = ({ queue }: StructureOptions): boolean =>
  queue === undefined ? Boolean(variablesWith().REDIS_URL) : queue === 'bull';

/** Silence would mean: Redis is configured, and not used. */
function refuseLateRedis({ REDIS_URL }: Environment, structure: StructureOptions): void {
  if (REDIS_URL === undefined || structure.queue !== undefined || usesBull(structure)) return;
  throw new Error(
    "REDIS_URL comes from the factory of forRootAsync, where the queue is chosen already. Add queue: 'bull' " +
      "beside useFactory; or queue: 'in-process', to do without Redis.",
  );
}

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
