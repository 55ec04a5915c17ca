import { Expose, plainToInstance, Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { parseDurationMs } from './duration.js';
import { IsNetworks, IsSecretKeys, IsTrustedProxies } from './environment-rules.js';

const HOUR_MS = 3_600_000;

const integer = () =>
  Transform(({ value }) =>
    typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
  );
const list = () =>
  Transform(({ value }) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : value,
  );
const duration = () => Transform(({ value }) => (typeof value === 'string' ? parseDurationMs(value) : value));
const durations = () =>
  Transform(({ value }) =>
    typeof value === 'string' ? value.split(',').map((part) => parseDurationMs(part)) : value,
  );
/** A number, else a list. */
const hopsOrNetworks = () =>
  Transform(({ value }) =>
    typeof value !== 'string'
      ? value
      : /^\s*\d+\s*$/.test(value)
        ? Number(value)
        : value.split(',').map((part) => part.trim()),
  );
const flag = () => Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value));

/** A name, an IPv4 or an IPv6 address, roughly: listening there tells the rest. */
const HOST_OR_ADDRESS = /^([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f.:]*:[0-9a-f.:]*(%[a-z0-9]+)?)$/i;

// One sentence for each variable, whichever of its checks fails.
const DELAYS = { message: 'up to 20 durations of at most 24h each, such as 1s,4s,16s' };
const TIMEOUT = { message: 'a duration from 100ms to 120s, such as 10s' };
const ATTEMPTS = { message: 'a whole number from 1 to 10000' };
const TEST_LIMIT = { message: 'test events a minute, up to 1000000; 0 = no limit' };
const RATE_LIMIT = { message: 'requests a minute; 0 = no limit' };
const DAYS = { message: 'a number of days from 1 to 3650' };

/**
 * Every setting of the server, read once at start. Names of the properties are the names of the variables;
 * each `message` completes the sentence "NAME wants …".
 */
export class Environment {
  @Expose()
  @Matches(HOST_OR_ADDRESS, { message: 'the name or an address of this machine' })
  HOST: string = '127.0.0.1';

  @Expose()
  @integer()
  @IsInt({ message: 'a port, 0-65535' })
  @Min(0, { message: 'a port, 0-65535' })
  @Max(65_535, { message: 'a port, 0-65535' })
  PORT: number = 3000;

  @Expose()
  @hopsOrNetworks()
  @IsTrustedProxies()
  /** Whose `X-Forwarded-For` is believed: so many proxies, or those in these networks. 0 = nobody's. */
  TRUST_PROXY: number | string[] = 0;

  @Expose()
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/./, { message: 'postgres://user:password@host:port/database' })
  DATABASE_URL?: string;

  @Expose()
  @IsOptional()
  @Matches(/^rediss?:\/\/./, { message: 'redis://host:port or rediss://…' })
  REDIS_URL?: string;

  @Expose() @IsString() @MinLength(1, { message: 'the path of a folder' }) DATA_DIR: string = './data';

  @Expose()
  @IsIn(['all', 'api', 'worker'], { message: 'all, api or worker' })
  PROCESS_ROLE: 'all' | 'api' | 'worker' = 'all';

  @Expose()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,200}$/, { message: 'up to 200 printable characters without spaces' })
  ADMIN_API_KEY?: string;

  @Expose() @IsOptional() @IsSecretKeys() SECRET_KEYS?: string;

  @Expose()
  @list()
  @IsArray()
  @ArrayNotEmpty({ message: 'at least one plan name, separated by commas' })
  @MaxLength(100, { each: true, message: 'plan names of at most 100 characters' })
  WEBHOOK_PLANS: string[] = ['pro', 'business', 'enterprise'];

  @Expose()
  @durations()
  @IsArray()
  @ArrayMaxSize(20, DELAYS)
  @IsInt({ each: true, ...DELAYS })
  @Max(24 * HOUR_MS, { each: true, ...DELAYS })
  /** Milliseconds to wait after the first, second … failed attempt. */
  WEBHOOK_RETRY_DELAYS: number[] = [1000, 4000, 16_000];

  @Expose()
  @duration()
  @IsInt(TIMEOUT)
  @Min(100, TIMEOUT)
  @Max(120_000, TIMEOUT)
  /** Milliseconds one attempt may take, from DNS to the last byte. */
  WEBHOOK_TIMEOUT: number = 10_000;

  @Expose()
  @integer()
  @IsInt(ATTEMPTS)
  @Min(1, ATTEMPTS)
  @Max(10_000, ATTEMPTS)
  WEBHOOK_CONCURRENCY: number = 512;

  @Expose()
  @integer()
  @IsInt(ATTEMPTS)
  @Min(1, ATTEMPTS)
  @Max(10_000, ATTEMPTS)
  WEBHOOK_ENDPOINT_CONCURRENCY: number = 64;

  @Expose() @list() @IsNetworks() WEBHOOK_ALLOWED_NETWORKS: string[] = [];

  @Expose()
  @Matches(/^(?!webhook$)[a-z][a-z0-9-]{0,60}$/i, {
    message: 'letters, digits and hyphens, such as X-Hyperleap; not webhook, which is taken',
  })
  WEBHOOK_HEADER_PREFIX: string = 'X-Hyperleap';

  @Expose()
  @IsOptional()
  @Matches(/^https?:\/\/./, { message: 'http://host:port of a CONNECT proxy' })
  WEBHOOK_PROXY_URL?: string;

  @Expose()
  @integer()
  @IsInt(TEST_LIMIT)
  @Min(0, TEST_LIMIT)
  @Max(1_000_000, TEST_LIMIT)
  /** Test events a minute for each chatbot; 0 = no limit. */
  WEBHOOK_TEST_LIMIT: number = 60;

  @Expose()
  @integer()
  @IsInt(DAYS)
  @Min(1, DAYS)
  @Max(3650, DAYS)
  DELIVERY_RETENTION_DAYS: number = 30;

  @Expose()
  @integer()
  @IsInt(RATE_LIMIT)
  @Min(0, RATE_LIMIT)
  /** Requests a minute for each API key; 0 = no limit. */
  API_RATE_LIMIT: number = 0;

  @Expose()
  @flag()
  @IsBoolean({ message: 'true or false' })
  /** Whether /docs, /openapi.json and /metrics answer without a key. */
  PUBLIC_OPERATIONS: boolean = true;

  @Expose()
  @IsOptional()
  @Matches(/^https:\/\/./, { message: 'https://… of a JSON Web Key Set' })
  JWT_JWKS_URL?: string;
  @Expose()
  @IsOptional()
  @IsString()
  @MinLength(1, { message: 'the issuer that tokens name' })
  JWT_ISSUER?: string;
  @Expose()
  @IsOptional()
  @IsString()
  @MinLength(1, { message: 'the audience that tokens name' })
  JWT_AUDIENCE?: string;

  @Expose()
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    message: 'fatal, error, warn, info, debug, trace or silent',
  })
  LOG_LEVEL: string = 'info';

  @Expose() @IsOptional() @IsIn(['json', 'pretty'], { message: 'json or pretty' }) LOG_FORMAT?:
    'json' | 'pretty';

  /** Anything but 0 or unset would be a second opinion on TLS: verification cannot be switched off. */
  @Expose()
  @IsOptional()
  @Matches(/^(?!0$)/, { message: 'to be unset: TLS verification cannot be switched off' })
  NODE_TLS_REJECT_UNAUTHORIZED?: string;

  /** Not a variable: the application that embeds us opened the connection itself, to a server. */
  isDatabaseHosted: boolean = false;

  get isEmbedded(): boolean {
    return this.DATABASE_URL === undefined && !this.isDatabaseHosted;
  }
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** The process environment with `overrides` above it. */
export const variablesWith = (overrides: Variables = {}): Variables => ({ ...process.env, ...overrides });

/** The start cannot go on. Names variables and what they want, never their values. */
export class EnvironmentError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'EnvironmentError';
  }
}

/** What an application that embeds us brings itself: the settings for it are not asked for. */
export interface BroughtByHost {
  readonly database?: boolean;
  readonly secretCipher?: boolean;
}

/**
 * Validates `source` (the process environment unless told). Unset and empty variables mean the default.
 * @throws EnvironmentError with one line that names each wrong variable.
 */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
  brought: BroughtByHost = {},
): Environment {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
  const environment = plainToInstance(Environment, given, {
    excludeExtraneousValues: true,
    exposeDefaultValues: true,
  });
  environment.isDatabaseHosted = brought.database ?? false;
  const problems = validateSync(environment, { stopAtFirstError: true }).map(
    ({ property, constraints }) => `${property} wants ${Object.values(constraints ?? {})[0]}`,
  );
  if (problems.length === 0) problems.push(...contradictions(environment, brought));
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}

function contradictions(environment: Environment, { secretCipher = false }: BroughtByHost): string[] {
  const problems: string[] = [];
  if (environment.PROCESS_ROLE !== 'all' && (environment.isEmbedded || !environment.REDIS_URL)) {
    problems.push(`PROCESS_ROLE wants DATABASE_URL and REDIS_URL set unless it is all`);
  }
  if (!environment.isEmbedded && !environment.SECRET_KEYS && !secretCipher) {
    problems.push('SECRET_KEYS wants id:base64(32 bytes)[,…] when the database is a server');
  }
  if (environment.JWT_JWKS_URL && !(environment.JWT_ISSUER && environment.JWT_AUDIENCE)) {
    problems.push('JWT_JWKS_URL wants JWT_ISSUER and JWT_AUDIENCE set as well');
  }
  return problems;
}
