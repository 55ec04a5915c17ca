import { EnvironmentError, readEnvironment } from './environment.js';

const KEY = Buffer.alloc(32, 1).toString('base64');
const SERVERS = { DATABASE_URL: 'postgres://a:b@db/x', REDIS_URL: 'redis://r:1', SECRET_KEYS: `k1:${KEY}` };

const refusalOf = (source: Record<string, string>): string => {
  try {
    readEnvironment(source);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message;
  }
  throw new Error('It was accepted.');
};

describe('settings by environment', () => {
  it('have the defaults of the contract', () => {
    expect(readEnvironment({})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3000,
      DATABASE_URL: undefined,
      REDIS_URL: undefined,
      DATA_DIR: './data',
      PROCESS_ROLE: 'all',
      ADMIN_API_KEY: undefined,
      SECRET_KEYS: undefined,
      WEBHOOK_PLANS: ['pro', 'business', 'enterprise'],
      WEBHOOK_RETRY_DELAYS: [1000, 4000, 16_000],
      WEBHOOK_TIMEOUT: 10_000,
      WEBHOOK_ALLOWED_NETWORKS: [],
      WEBHOOK_HEADER_PREFIX: 'X-Hyperleap',
      DELIVERY_RETENTION_DAYS: 30,
      LOG_LEVEL: 'info',
    });
  });

  it('take what they are given', () => {
    expect(
      readEnvironment({
        ...SERVERS,
        PORT: '0',
        PROCESS_ROLE: 'worker',
        WEBHOOK_PLANS: ' gold , platinum,',
        WEBHOOK_RETRY_DELAYS: '250ms, 1.5s,2m,1h',
        WEBHOOK_TIMEOUT: '3s',
        WEBHOOK_ALLOWED_NETWORKS: '10.0.0.0/8, fd00::/8',
        WEBHOOK_HEADER_PREFIX: 'X-Acme',
      }),
    ).toMatchObject({
      PORT: 0,
      PROCESS_ROLE: 'worker',
      WEBHOOK_PLANS: ['gold', 'platinum'],
      WEBHOOK_RETRY_DELAYS: [250, 1500, 120_000, 3_600_000],
      WEBHOOK_TIMEOUT: 3000,
      WEBHOOK_ALLOWED_NETWORKS: ['10.0.0.0/8', 'fd00::/8'],
      WEBHOOK_HEADER_PREFIX: 'X-Acme',
    });
  });

  it('that are empty mean their defaults', () => {
    const names = Object.keys(readEnvironment({}));
    expect(readEnvironment(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readEnvironment({}));
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', '3000x'],
    ['PORT', '0x10'],
    ['DATABASE_URL', 'mysql://wrong-value/db'],
    ['REDIS_URL', 'http://wrong-value'],
    ['PROCESS_ROLE', 'wrong-value'],
    ['ADMIN_API_KEY', 'x'.repeat(201)],
    ['ADMIN_API_KEY', 'wrong value with blanks'],
    ['SECRET_KEYS', 'wrong-value'],
    ['SECRET_KEYS', `k1:${KEY},k1:${KEY}`],
    ['SECRET_KEYS', `k1:${Buffer.alloc(31).toString('base64')}`],
    ['WEBHOOK_PLANS', ' , '],
    ['WEBHOOK_RETRY_DELAYS', '1s,wrong-value'],
    ['WEBHOOK_RETRY_DELAYS', '1s,,4s'],
    ['WEBHOOK_RETRY_DELAYS', '-1s'],
    ['WEBHOOK_RETRY_DELAYS', '25h'],
    ['WEBHOOK_RETRY_DELAYS', '7'],
    ['WEBHOOK_TIMEOUT', 'wrong-value'],
    ['WEBHOOK_TIMEOUT', '99ms'],
    ['WEBHOOK_TIMEOUT', '121s'],
    ['WEBHOOK_CONCURRENCY', '000000'],
    ['WEBHOOK_CONCURRENCY', '1.5'],
    ['WEBHOOK_ENDPOINT_CONCURRENCY', 'wrong-value'],
    ['WEBHOOK_ALLOWED_NETWORKS', '10.0.0.0/33'],
    ['WEBHOOK_ALLOWED_NETWORKS', 'wrong-value'],
    ['WEBHOOK_ALLOWED_NETWORKS', '10.20.30.40/8'],
    ['WEBHOOK_ALLOWED_NETWORKS', 'fe80::1%eth0/64'],
    ['TRUST_PROXY', '10.20.30.40/8'],
    ['HOST', 'not a host!'],
    ['HOST', 'http://localhost'],
    ['WEBHOOK_HEADER_PREFIX', 'X Wrong'],
    ['WEBHOOK_HEADER_PREFIX', 'Webhook'],
    ['WEBHOOK_HEADER_PREFIX', 'X-Wrong:\r\nSet-Cookie'],
    ['WEBHOOK_PROXY_URL', 'socks://wrong-value'],
    ['DELIVERY_RETENTION_DAYS', '000000'],
    ['API_RATE_LIMIT', '-1'],
    ['PUBLIC_OPERATIONS', 'yes'],
    ['JWT_JWKS_URL', 'http://wrong-value'],
    ['LOG_LEVEL', 'wrong-value'],
    ['LOG_FORMAT', 'wrong-value'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ])('%s=%j stops the start with one line that names it, and not its value', (name, value) => {
    const message = refusalOf({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} wants \\S`));
    expect(message).not.toContain('\n');
    expect(message.replace(name, '')).not.toContain(value.trim() === ',' ? '\u0000' : value);
    expect(message).not.toContain('wrong');
  });

  it('name every wrong variable at once', () => {
    const message = refusalOf({ PORT: 'x', LOG_LEVEL: 'x', WEBHOOK_TIMEOUT: 'x' });
    for (const name of ['PORT', 'LOG_LEVEL', 'WEBHOOK_TIMEOUT']) expect(message).toContain(`${name} wants`);
  });

  it.each([
    ['PROCESS_ROLE', { PROCESS_ROLE: 'api' }],
    ['PROCESS_ROLE', { PROCESS_ROLE: 'worker', REDIS_URL: SERVERS.REDIS_URL }],
    ['PROCESS_ROLE', { PROCESS_ROLE: 'worker', ...SERVERS, REDIS_URL: '' }],
    ['SECRET_KEYS', { DATABASE_URL: SERVERS.DATABASE_URL }],
    ['JWT_JWKS_URL', { JWT_JWKS_URL: 'https://idp.example.com/keys' }],
  ])('that contradict each other are refused by %s', (name, source) => {
    expect(refusalOf(source)).toMatch(new RegExp(`^${name} wants`));
  });

  it('pay no heed to variables of others', () => {
    expect(
      readEnvironment({ HOME: '/root', isEmbedded: 'false', constructor: 'x', __proto__: 'y' } as never),
    ).toEqual(readEnvironment({}));
  });
});
