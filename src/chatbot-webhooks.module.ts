import { type DynamicModule, type FactoryProvider, Module, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AccessModule } from './access/index.js';
import { ChatbotSettingsModule } from './chatbot-settings/index.js';
import { DatabaseModule, HostDatabaseModule } from './database/index.js';
import { DeliveriesModule } from './deliveries/index.js';
import { DeliveryModule } from './delivery/index.js';
import { EventsModule } from './events/index.js';
import {
  type ChatbotWebhooksOptions,
  ExtensionsModule,
  ResolvedOptions,
  type StructureOptions,
} from './extensions/index.js';
import { OperationsModule } from './operations/index.js';
import { SigningModule } from './signing/index.js';

export interface ChatbotWebhooksAsyncOptions extends StructureOptions {
  inject?: FactoryProvider['inject'];
  useFactory(...dependencies: never[]): ChatbotWebhooksOptions | Promise<ChatbotWebhooksOptions>;
}

/** What an application imports, once, in its root module. `ChatbotEvents` can then be injected everywhere. */
@Module({})
export class ChatbotWebhooksModule implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    const emitters = [...this.modules.values()].filter(({ metatype }) => metatype === EventEmitterModule);
    if (emitters.length < 2) return;
    throw new Error(
      'EventEmitterModule.forRoot() is imported twice: by you and by ChatbotWebhooksModule, so some listeners ' +
        "would not hear. Add eventEmitter: 'host' to its options, or leave your import out.",
    );
  }

  /** Without options: all settings from the environment, as the standalone server reads them. */
  static forRoot(options: ChatbotWebhooksOptions & StructureOptions = {}): DynamicModule {
    const structure = { ...options, queue: options.queue ?? queueOf(options) };
    return assemble({ provide: ResolvedOptions, useFactory: () => options as ResolvedOptions }, structure);
  }

  /** When options depend on other providers. Structure (`imports`, `database`, …) stands beside the factory. */
  static forRootAsync({ inject, useFactory, ...structure }: ChatbotWebhooksAsyncOptions): DynamicModule {
    return assemble({ provide: ResolvedOptions, inject, useFactory: useFactory as never }, structure);
  }
}

function assemble(options: FactoryProvider<ResolvedOptions>, structure: StructureOptions): DynamicModule {
  const { database = 'own', eventEmitter = 'own' } = structure;
  return {
    module: ChatbotWebhooksModule,
    // A host's feature modules inject ChatbotEvents; a plain import of this class would give them nothing.
    global: true,
    imports: [
      ...(eventEmitter === 'own' ? [EventEmitterModule.forRoot()] : []),
      ExtensionsModule.for(options, structure),
      database === 'host' ? HostDatabaseModule : DatabaseModule.forRoot(database === 'own' ? {} : database),
      AccessModule,
      SigningModule,
      EventsModule,
      ChatbotSettingsModule,
      DeliveriesModule,
      DeliveryModule,
      OperationsModule,
    ],
    // What a host injects.
    exports: [EventsModule],
  };
}

/** A REDIS_URL among the options decides as one in the process environment does. */
const queueOf = ({ environment }: ChatbotWebhooksOptions): StructureOptions['queue'] =>
  environment && 'REDIS_URL' in environment ? (environment.REDIS_URL ? 'bull' : 'in-process') : undefined;
