import type { INestApplication, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { Api } from './api.js';
import { type Engine, newEngine } from './engine.js';

export const PLATFORM_KEY = 'platform-key-of-the-host';

export interface RunningHost {
  readonly app: INestApplication;
  /** With the platform key. */
  readonly api: Api;
  close(): Promise<void>;
}

/**
 * Starts an application that embeds the library, as its own `main.ts` would: settings come from the process
 * environment, set before the root module is declared. One at a time per test file.
 *
 * @param declare imports or builds the root module
 * @param prepare what the host's `main.ts` does between create and listen
 */
export async function startHost(
  declare: () => Promise<Type> | Type,
  settings: Readonly<Record<string, string | undefined>> = {},
  prepare: (app: NestExpressApplication) => void = () => undefined,
  given?: Engine,
): Promise<RunningHost> {
  const engine = given ?? (await newEngine());
  const before = { ...process.env };
  const variables = {
    ADMIN_API_KEY: PLATFORM_KEY,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    WEBHOOK_RETRY_DELAYS: '20ms,20ms',
    ...engine.environment,
    ...settings,
  };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  // A start that fails leaves nobody who could end the database that it had begun with.
  const databases = jest.spyOn(EmbeddedPostgres, 'start');
  let app: NestExpressApplication | undefined;
  const close = async () => {
    await app?.close();
    process.env = before;
    if (!given) await engine.drop();
  };
  try {
    const testing = await Test.createTestingModule({ imports: [await declare()] }).compile();
    app = testing.createNestApplication<NestExpressApplication>({
      forceCloseConnections: true,
      logger: false,
    });
    prepare(app);
    await app.listen(0, '127.0.0.1');
    return { app, api: new Api(await app.getUrl(), PLATFORM_KEY), close };
  } catch (error) {
    if (!app) await Promise.all(databases.mock.results.map(async ({ value }) => (await value).stop()));
    await close();
    throw error;
  } finally {
    databases.mockRestore();
  }
}

/** Resolves when `probe` is truthy, with what it gave. */
export async function eventually<Result>(
  probe: () => Promise<Result> | Result,
  timeoutMs = 5_000,
): Promise<NonNullable<Result>> {
  for (const endsAtMs = performance.now() + timeoutMs; ; await sleep(15)) {
    const result = await probe();
    if (result) return result;
    if (performance.now() > endsAtMs) throw new Error(`Waited ${timeoutMs} ms for ${probe.toString()}`);
  }
}

export const countOf = async (app: INestApplication, table: string): Promise<number> => {
  const rows = await app
    .get(DataSource)
    .query<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]?.count ?? 0;
};
