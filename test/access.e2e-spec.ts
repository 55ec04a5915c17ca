import { Controller, Get } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { DataSource } from 'typeorm';
import {
  AccessOptions,
  type Caller,
  CurrentCaller,
  OrganizationsService,
  Public,
  PublicOperation,
  RequireScopes,
  SCOPES,
} from '../src/access/index.js';
import { type AccessApp, PLATFORM_KEY, startAccessApp } from './support/access-app.js';

@Controller('probe')
class ProbeController {
  @Get('public')
  @Public()
  open(): string {
    return 'open';
  }

  @Get('operation')
  @PublicOperation()
  operation(): string {
    return 'operation';
  }

  @Get('both')
  @RequireScopes('webhooks:write', 'secrets:read')
  both(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }
}

let running: AccessApp;
beforeAll(async () => {
  running = await startAccessApp([ProbeController]);
});
afterAll(() => running.close());

type Method = 'get' | 'post' | 'patch' | 'delete';
const call = (method: Method, path: string, key: string | null = PLATFORM_KEY) => {
  const pending = request(running.app.getHttpServer())[method](path);
  return key === null ? pending : pending.set('Authorization', `Bearer ${key}`);
};

async function newOrganization(name = 'Acme', plan = 'pro'): Promise<string> {
  const { body } = await call('post', '/v1/organizations').send({ name, plan }).expect(201);
  return (body as { id: string }).id;
}

async function newKey(organizationId: string, scopes: readonly string[], more = {}) {
  const { body } = await call('post', `/v1/organizations/${organizationId}/api-keys`)
    .send({ name: 'CRM sync', scopes, ...more })
    .expect(201);
  return body as { id: string; key: string; hint: string };
}

describe('who may call', () => {
  it.each([
    ['no header', undefined],
    ['another scheme', 'Basic YTpi'],
    ['an empty key', 'Bearer '],
    ['a key that never was', `Bearer cbw_${'A'.repeat(43)}`],
    ['the beginning of the platform key', `Bearer ${PLATFORM_KEY.slice(0, -1)}`],
    ['two keys', `Bearer ${PLATFORM_KEY} ${PLATFORM_KEY}`],
    ['9000 characters', `Bearer ${'A'.repeat(9000)}`],
  ])('refuses %s with 401', async (_what, authorization) => {
    const pending = call('get', '/v1/me', null);
    if (authorization !== undefined) pending.set('Authorization', authorization);
    const { body, headers } = await pending.expect(401);
    expect(body).toMatchObject({ code: 'unauthenticated' });
    expect(headers['content-type']).toContain('application/problem+json');
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  it('asks nobody on public routes', async () => {
    await call('get', '/probe/public', null).expect(200);
    await call('get', '/probe/operation', null).expect(200);
  });

  it('names the scopes that a key lacks, and lets one through that has all', async () => {
    const organizationId = await newOrganization();
    const { key: half } = await newKey(organizationId, ['webhooks:write']);
    const { body } = await call('get', '/probe/both', half).expect(403);
    expect(body).toMatchObject({
      code: 'insufficient_scope',
      detail: expect.stringContaining('lacks secrets:read.'),
    });
    expect((body as { detail: string }).detail).not.toContain('webhooks:write');
    const { key, id } = await newKey(organizationId, ['webhooks:write', 'secrets:read']);
    const { body: caller } = await call('get', '/probe/both', key).expect(200);
    expect(caller).toEqual({
      kind: 'organization',
      organizationId,
      keyId: id,
      keyName: 'CRM sync',
      scopes: ['webhooks:write', 'secrets:read'],
    });
  });

  it('opens platform routes to no organization key, whatever its scopes', async () => {
    const organizationId = await newOrganization();
    const { key } = await newKey(organizationId, SCOPES);
    for (const [method, path] of [
      ['post', '/v1/organizations'],
      ['get', '/v1/organizations'],
      ['get', `/v1/organizations/${organizationId}`],
      ['patch', `/v1/organizations/${organizationId}`],
      ['post', `/v1/organizations/${organizationId}/api-keys`],
      ['get', `/v1/organizations/${organizationId}/api-keys`],
      ['delete', `/v1/organizations/${organizationId}/api-keys/${randomUUID()}`],
    ] as const) {
      const { body } = await call(method, path, key).expect(403);
      expect(body).toMatchObject({ code: 'insufficient_scope' });
    }
  });

  it('tells a key who it is', async () => {
    const organizationId = await newOrganization('Zoë & Söhne', 'business');
    const { key } = await newKey(organizationId, ['audit:read']);
    const { body } = await call('get', '/v1/me', key).expect(200);
    expect(body).toEqual({
      kind: 'organization',
      name: 'CRM sync',
      organization: { id: organizationId, name: 'Zoë & Söhne', plan: 'business' },
      scopes: ['audit:read'],
    });
    const { body: platform } = await call('get', '/v1/me').expect(200);
    expect(platform).toEqual({ kind: 'platform', name: 'Platform key', organization: null, scopes: ['*'] });
  });
});

describe('API keys', () => {
  it('are shown once and kept as a hash', async () => {
    const organizationId = await newOrganization();
    const { key, hint, id } = await newKey(organizationId, ['events:write']);
    expect(key).toMatch(/^cbw_[A-Za-z0-9_-]{43}$/);
    expect(hint).toBe(`cbw_…${key.slice(-4)}`);
    const { body } = await call('get', `/v1/organizations/${organizationId}/api-keys`).expect(200);
    expect(body).toEqual({
      items: [
        {
          id,
          name: 'CRM sync',
          hint,
          scopes: ['events:write'],
          createdAt: expect.any(String),
          expiresAt: null,
          lastUsedAt: null,
        },
      ],
      nextCursor: null,
    });
    const rows = await running.app
      .get(DataSource)
      .query('SELECT * FROM chatbot_webhooks.api_key WHERE id = $1', [id]);
    expect(JSON.stringify(rows)).not.toContain(key.slice(4, 30));
  });

  it('die at once in the process that revokes them, and leave the list', async () => {
    const organizationId = await newOrganization();
    const { key, id } = await newKey(organizationId, ['events:write']);
    await call('get', '/v1/me', key).expect(200);
    await call('delete', `/v1/organizations/${organizationId}/api-keys/${id}`).expect(204);
    await call('get', '/v1/me', key).expect(401);
    const { body } = await call('get', `/v1/organizations/${organizationId}/api-keys`).expect(200);
    expect(body).toEqual({ items: [], nextCursor: null });
    await call('delete', `/v1/organizations/${organizationId}/api-keys/${id}`).expect(404);
  });

  it('die within a second where another process revoked them', async () => {
    const organizationId = await newOrganization();
    const { key, id } = await newKey(organizationId, ['events:write']);
    await call('get', '/v1/me', key).expect(200);
    const database = running.app.get(DataSource);
    await database.query('UPDATE chatbot_webhooks.api_key SET revoked_at = now() WHERE id = $1', [id]);
    const revokedAtMs = Date.now();
    while ((await call('get', '/v1/me', key)).status === 200) {
      expect(Date.now() - revokedAtMs).toBeLessThan(1000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('end when they expire', async () => {
    const organizationId = await newOrganization();
    const expiresAt = new Date(running.clock.now().getTime() + 3_600_000).toISOString();
    const { key } = await newKey(organizationId, ['events:write'], { expiresAt });
    await call('get', '/v1/me', key).expect(200);
    running.clock.aheadMs += 3_600_001;
    await call('get', '/v1/me', key).expect(401);
  });

  it('remember when they were last used', async () => {
    const organizationId = await newOrganization();
    const { key } = await newKey(organizationId, ['events:write']);
    await call('get', '/v1/me', key).expect(200);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { body } = await call('get', `/v1/organizations/${organizationId}/api-keys`).expect(200);
    const [item] = (body as { items: { lastUsedAt: string }[] }).items;
    expect(Math.abs(Date.parse(item?.lastUsedAt ?? '') - running.clock.now().getTime())).toBeLessThan(5000);
  });

  it('cannot be revoked through another organization', async () => {
    const [own, other] = [await newOrganization(), await newOrganization()];
    const { key, id } = await newKey(own, ['events:write']);
    await call('delete', `/v1/organizations/${other}/api-keys/${id}`).expect(404);
    await call('get', '/v1/me', key).expect(200);
  });

  it.each([
    ['no scopes', { scopes: [] }, 'scopes'],
    ['an unknown scope', { scopes: ['webhooks:everything'] }, 'scopes'],
    ['the platform scope', { scopes: ['*'] }, 'scopes'],
    ['a scope twice', { scopes: ['audit:read', 'audit:read'] }, 'scopes'],
    ['scopes in a string', { scopes: 'audit:read' }, 'scopes'],
    ['no name', { name: undefined }, 'name'],
    ['an empty name', { name: '   ' }, 'name'],
    ['an invisible name', { name: '\u200b\u200b' }, 'name'],
    ['NUL in the name', { name: 'a\u0000b' }, 'name'],
    ['a lone surrogate in the name', { name: 'a\ud800b' }, 'name'],
    ['a long name', { name: 'x'.repeat(101) }, 'name'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['an end on 30 February', { expiresAt: '2999-02-30T00:00:00Z' }, 'expiresAt'],
    ['an end without an offset', { expiresAt: '2999-01-01T00:00:00' }, 'expiresAt'],
    ['an end after the year 9999', { expiresAt: '9999-12-31T23:59:59-01:00' }, 'expiresAt'],
    ['null for an end', { expiresAt: null }, 'expiresAt'],
    ['an unknown field', { admin: true }, 'admin'],
  ])('are refused with %s, and nothing is stored', async (_what, change, field) => {
    const organizationId = await newOrganization();
    const path = `/v1/organizations/${organizationId}/api-keys`;
    const { body } = await call('post', path)
      .send({ name: 'n', scopes: ['audit:read'], ...change })
      .expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
    expect((await call('get', path)).body).toMatchObject({ items: [] });
  });
});

describe('organizations', () => {
  it('can be added, read, changed and listed', async () => {
    const id = await newOrganization('Before', 'free');
    const changed = jest.fn();
    running.app.get(EventEmitter2).on('chatbot-webhooks.organization-changed', changed);
    const { body } = await call('patch', `/v1/organizations/${id}`).send({ plan: 'pro' }).expect(200);
    expect(body).toMatchObject({ id, name: 'Before', plan: 'pro' });
    expect(changed).toHaveBeenCalledWith({ organizationId: id });
    expect((await call('get', `/v1/organizations/${id.toUpperCase()}`).expect(200)).body).toEqual(body);
  });

  it('keep an id that the platform brings, once', async () => {
    const id = randomUUID();
    await call('post', '/v1/organizations').send({ id, name: 'A', plan: 'pro' }).expect(201);
    const { body } = await call('post', '/v1/organizations').send({ id, name: 'B', plan: 'pro' }).expect(409);
    expect(body).toMatchObject({ code: 'conflict' });
    expect((await call('get', `/v1/organizations/${id}`)).body).toMatchObject({ name: 'A' });
  });

  it('answer 404 for ids that name nothing, and 400 for what is no id', async () => {
    for (const [id, status, code] of [
      [randomUUID(), 404, 'not_found'],
      ['acme', 400, 'validation_failed'],
      ['%00', 400, 'validation_failed'],
      ['1; DROP TABLE organization', 400, 'validation_failed'],
    ] as const) {
      const path = `/v1/organizations/${encodeURI(id)}`;
      for (const [method, suffix] of [
        ['get', ''],
        ['patch', ''],
        ['get', '/api-keys'],
      ] as const) {
        const { body } = await call(method, path + suffix).send({});
        expect(body).toMatchObject({ status, code });
      }
    }
  });

  it.each([[{ name: null }], [{ plan: '' }], [{ name: 5 }], [{ id: randomUUID() }], [{ plan: ['pro'] }]])(
    'refuse the change %j',
    async (change) => {
      const id = await newOrganization('Same', 'pro');
      await call('patch', `/v1/organizations/${id}`).send(change).expect(400);
      expect((await call('get', `/v1/organizations/${id}`)).body).toMatchObject({
        name: 'Same',
        plan: 'pro',
      });
    },
  );

  it('come in pages that hold each of them once', async () => {
    for (let made = 0; made < 5; made++) await newOrganization();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const suffix: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await call('get', `/v1/organizations?limit=2${suffix}`).expect(200);
      const page = body as { items: { id: string }[]; nextCursor: string | null };
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const rows = await running.app
      .get(DataSource)
      .query('SELECT id FROM chatbot_webhooks.organization ORDER BY id');
    expect(seen).toEqual((rows as { id: string }[]).map(({ id }) => id));
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=2&limit=3', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=junk', 'cursor'],
    [`cursor=${Buffer.from('["a"]').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from(`["${randomUUID()}","x"]`).toString('base64url')}`, 'cursor'],
    [`cursor=${'A'.repeat(501)}`, 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
    ['sort=name', 'sort'],
  ])('refuse the query %s', async (query, field) => {
    const { body } = await call('get', `/v1/organizations?${query}`).expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ field }] });
  });
});

describe('the audit log', () => {
  interface Entry {
    action: string;
    actor: string;
    organizationId: string;
  }
  const entriesOf = async (query: string, key = PLATFORM_KEY) =>
    ((await call('get', `/v1/audit-log${query}`, key).expect(200)).body as { items: Entry[] }).items;

  it('tells who did what, newest first, and holds no key', async () => {
    const organizationId = await newOrganization();
    const { id, key } = await newKey(organizationId, ['audit:read']);
    await call('patch', `/v1/organizations/${organizationId}`).send({ name: 'New name' }).expect(200);
    await call('delete', `/v1/organizations/${organizationId}/api-keys/${id}`).expect(204);
    const entries = await entriesOf(`?organizationId=${organizationId}`);
    expect(entries.map(({ action }) => action)).toEqual([
      'api_key.revoked',
      'organization.updated',
      'api_key.created',
      'organization.created',
    ]);
    expect(entries[1]).toMatchObject({
      actor: 'platform',
      subjectType: 'organization',
      subjectId: organizationId,
      remoteAddress: expect.stringMatching(/127\.0\.0\.1|::1/),
      detail: { before: { name: 'Acme', plan: 'pro' }, after: { name: 'New name', plan: 'pro' } },
    });
    expect(JSON.stringify(entries)).not.toContain(key.slice(4));
  });

  it("shows an organization's key its own entries only, also with a cursor out of another's", async () => {
    const [own, other] = [await newOrganization(), await newOrganization()];
    const { key } = await newKey(own, ['audit:read']);
    const { body } = await call('get', `/v1/audit-log?limit=1`).expect(200);
    const { nextCursor } = body as { nextCursor: string };
    for (const query of ['', `?cursor=${nextCursor}`, `?organizationId=${own}`]) {
      const entries = await entriesOf(query, key);
      expect(entries.length).toBeGreaterThan(0);
      expect(new Set(entries.map(({ organizationId }) => organizationId))).toEqual(new Set([own]));
    }
    await call('get', `/v1/audit-log?organizationId=${other}`, key).expect(404);
  });

  it('takes the action with it when it cannot be written', async () => {
    const organizationId = await newOrganization('Unchanged');
    const database = running.app.get(DataSource);
    await database.query(
      `ALTER TABLE chatbot_webhooks.audit_entry ADD CONSTRAINT full_log CHECK (false) NOT VALID`,
    );
    try {
      await call('patch', `/v1/organizations/${organizationId}`).send({ name: 'Changed' }).expect(500);
    } finally {
      await database.query(`ALTER TABLE chatbot_webhooks.audit_entry DROP CONSTRAINT full_log`);
    }
    expect((await call('get', `/v1/organizations/${organizationId}`)).body).toMatchObject({
      name: 'Unchanged',
    });
  });
});

describe('plans for other rooms', () => {
  it('are read for many organizations with one statement', async () => {
    const organizations = running.app.get(OrganizationsService);
    const [pro, free] = [await newOrganization('A', 'pro'), await newOrganization('B', 'free')];
    const query = jest.spyOn(running.app.get(DataSource), 'createQueryRunner');
    const plans = await Promise.all(
      [pro, free, pro.toUpperCase(), randomUUID(), 'not-a-uuid'].map((id) => organizations.planOf(id)),
    );
    expect(plans).toEqual(['pro', 'free', 'pro', null, null]);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
    await expect(organizations.exists(pro)).resolves.toBe(true);
    await expect(organizations.exists(randomUUID())).resolves.toBe(false);
  });

  it('are read inside of a transaction with its manager, also where there is one session only', async () => {
    const organizations = running.app.get(OrganizationsService);
    const id = await newOrganization('C', 'pro');
    const plan = await running.app.get(DataSource).transaction(async (manager) => {
      await manager.query(`UPDATE chatbot_webhooks.organization SET plan = 'free' WHERE id = $1`, [id]);
      return organizations.planOf(id, manager);
    });
    expect(plan).toBe('free');
  });
});

describe('a database that is away', () => {
  it('is a 503, not a 401, and the platform key still opens what needs no database', async () => {
    const { key } = await newKey(await newOrganization(), ['audit:read']);
    running.clock.aheadMs += 1000;
    const lookup = jest
      .spyOn(running.app.get(DataSource).manager, 'find')
      .mockRejectedValue(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    const { body, headers } = await call('get', '/v1/me', key).expect(503);
    expect(body).toMatchObject({ code: 'unavailable' });
    expect(headers['retry-after']).toBe('1');
    await call('get', '/v1/me').expect(200);
    lookup.mockRestore();
    await call('get', '/v1/me', key).expect(200);
  });
});

describe('routes that say nothing about who may call', () => {
  @Controller('forgotten')
  class ForgottenController {
    @Get()
    get(): string {
      return 'secret';
    }
  }

  it('stop the start of the server, by name', async () => {
    await expect(startAccessApp([ForgottenController])).rejects.toThrow('ForgottenController.get');
  });

  it("are left alone in a host application, whose routes are the host's", async () => {
    const host = await startAccessApp(
      [ForgottenController],
      {},
      new AccessOptions({ undeclaredRoutes: 'leave' }),
    );
    await request(host.app.getHttpServer()).get('/forgotten').expect(200);
    await request(host.app.getHttpServer()).get('/v1/me').expect(401);
    await host.close();
  });
});

describe('with limits and closed operations', () => {
  it('counts requests per key and says when to come back', async () => {
    const limited = await startAccessApp([ProbeController], {
      API_RATE_LIMIT: '3',
      PUBLIC_OPERATIONS: 'false',
    });
    const get = (path: string, key: string | null) => {
      const pending = request(limited.app.getHttpServer()).get(path);
      return key === null ? pending : pending.set('Authorization', `Bearer ${key}`);
    };
    await get('/probe/operation', null).expect(401);
    await get('/probe/operation', PLATFORM_KEY).expect(200);
    await get('/v1/me', PLATFORM_KEY).expect(200);
    await get('/v1/me', PLATFORM_KEY).expect(200);
    const { body, headers } = await get('/v1/me', PLATFORM_KEY).expect(429);
    expect(body).toMatchObject({ code: 'rate_limited' });
    expect(headers['retry-after']).toBe('20');
    limited.clock.aheadMs += 20_000;
    await get('/v1/me', PLATFORM_KEY).expect(200);
    await limited.close();
  });
});
