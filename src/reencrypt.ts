import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Authenticator } from './access/index.js';
import { ChatbotSettingsModule, SecretReencryption } from './chatbot-settings/index.js';
import { EnvironmentError } from './config/index.js';
import { DatabaseModule } from './database/index.js';
import { ExtensionsModule, ResolvedOptions } from './extensions/index.js';

/** A command answers no calls: without this it would make a platform key at the first start. */
class NobodyMayCall extends Authenticator {
  override authenticate(): Promise<null> {
    return Promise.resolve(null);
  }
}

/** What re-encrypting takes, and no more: nothing here sends, sweeps or listens. */
@Module({
  imports: [
    ExtensionsModule.for(
      {
        provide: ResolvedOptions,
        useFactory: () => ({ parts: { authenticator: new NobodyMayCall() } }) as unknown as ResolvedOptions,
      },
      { queue: 'in-process' },
    ),
    EventEmitterModule.forRoot(),
    DatabaseModule.forRoot(),
    ChatbotSettingsModule,
  ],
})
class ReencryptModule {}

/** `npm run reencrypt`: after SECRET_KEYS has got a new first key, and while the server runs on with it. */
async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(ReencryptModule, {
    logger: ['warn', 'error', 'fatal'],
    abortOnError: false,
  });
  try {
    const { chatbots, reencrypted, changedMeanwhile, failed } = await app.get(SecretReencryption).run();
    for (const { chatbotId, error } of failed) {
      process.stderr.write(`The secret of chatbot ${chatbotId} stays as it is: ${error.message}\n`);
    }
    process.stdout.write(
      `${chatbots} chatbots: ${reencrypted} re-encrypted, ${changedMeanwhile} changed meanwhile, ` +
        `${failed.length} failed, ${chatbots - reencrypted - changedMeanwhile - failed.length} under the current key already.\n`,
    );
    if (failed.length > 0) process.exitCode = 1;
  } finally {
    await app.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof EnvironmentError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
});
