// What those who run it see: health, metrics, the API's description, who is let in without a token.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, parseConfig } from '../../../src/config';
import { openDocumentStore } from '../../../src/engine';
import { consoleFolder, isBuilt } from '../../../src/http/console/console-files';
import { refusals } from '../../../src/refusals';
import { startServer } from '../../../src/server';
import type { OpenApi } from '../../support/api-document';
import { type App, startApp } from '../../support/servers/app';
import { FaultsSeen } from '../../support/faults-seen';
import { RawClient } from '../../support/servers/raw-client';

test('a start that cannot listen leaves nothing running', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strata-start-'));
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const PORT = String((other.address() as AddressInfo).port);
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const starting = startServer(parseConfig({ PORT, DATA_DIR: folder, LOG_LEVEL: 'silent' }));
  await expect(starting).rejects.toThrow(new ConfigError('PORT: is in use by another process'));
  other.close();
  expect(timers()).toBeLessThanOrEqual(before);
  await rm(folder, { recursive: true, force: true });
});

describe('operations', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp()));
  afterAll(() => app.close());
  const nobody = { authorization: '' };

  test('a start that cannot listen, or has no place for its data, names the setting', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strata-start-'));
    const start = (env: Record<string, string>) =>
      startServer(parseConfig({ PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'silent', ...env }));
    await expect(start({ PORT: new URL(app.url).port })).rejects.toThrow(
      new ConfigError('PORT: is in use by another process'),
    );
    await expect(start({ DATA_DIR: join(__filename, 'data') })).rejects.toThrow(/^DATA_DIR: /);
    // Where the system lets nobody make a folder, a process that asks for one with all above it never comes back.
    await expect(start({ DATA_DIR: '/proc/nope/data' })).rejects.toThrow(/^DATA_DIR: /);
    const unanswered = {
      EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false',
      MONGODB_URL: 'mongodb://127.0.0.1:1/strata?serverSelectionTimeoutMS=200',
    };
    await expect(start(unanswered)).rejects.toThrow(
      new ConfigError('EVENTSTORE_URL: no server answers there'),
    );
    await expect(openDocumentStore(parseConfig(unanswered), new FaultsSeen())).rejects.toThrow(
      new ConfigError('MONGODB_URL: no server answers there'),
    );
    await rm(folder, { recursive: true, force: true });
  });

  test('who knows only the address is led to the console, or to the documentation where that is not built', async () => {
    const { url, headers } = await fetch(`${app.url}/`);
    expect(url).toBe(isBuilt(consoleFolder) ? `${app.url}/` : `${app.url}/docs`);
    expect(headers.get('content-type')).toContain('text/html');
  });

  test('the process lives and is ready, with each store and projection', async () => {
    expect((await app.api('GET', '/health/live', undefined, nobody)).status).toBe(200);
    const ready = await app.api<{ status: string; stores: object; projections: object[] }>(
      'GET',
      '/health/ready',
      undefined,
      nobody,
    );
    expect(ready).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        stores: { eventStore: { state: 'up' }, documentStore: { state: 'up' }, vault: { state: 'up' } },
      },
    });
    expect(ready.body.projections).toContainEqual(
      expect.objectContaining({ name: 'sessions', state: 'live', lag: expect.any(String) as string }),
    );
  });

  test('metrics name routes by their pattern, never by their values', async () => {
    await app.api('GET', '/auth/v1/sessions/of-nobody');
    await app.api('GET', '/no/such/route/of-nobody');
    const { body, headers } = await app.api<string>('GET', '/metrics', undefined, nobody);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toContain('route="/auth/v1/sessions/:id",status="404"');
    expect(body).toContain('route="unknown"');
    expect(body).toMatch(/strata_projection_lag\{projection="sessions"\} \d+/);
    expect(body).toContain('process_resident_memory_bytes');
    expect(body).not.toContain('of-nobody');
  });

  test('OpenAPI describes routes, bodies, the token, and every refusal', async () => {
    const { body } = await app.api<OpenApi>('GET', '/openapi.json', undefined, nobody);
    expect(body.paths['/auth/v1/login']?.post?.requestBody).toBeDefined();
    expect(body.components.securitySchemes).toHaveProperty('token');
    expect(body.components.schemas).toMatchObject({
      LoginBody: { required: ['email', 'password'] },
      Error: { type: 'object' },
    });
    const { description } = body.components.schemas['Error']!;
    for (const code of Object.keys(refusals)) expect(description).toContain(`\`${code}\``);
    expect((await app.api('GET', '/docs', undefined, nobody)).status).toBe(200);
  });

  test('OpenAPI says of every route what it is for, and which errors it can have', async () => {
    const { body } = await app.api<OpenApi>('GET', '/openapi.json', undefined, nobody);
    for (const [path, methods] of Object.entries(body.paths))
      for (const [method, { summary, responses, security }] of Object.entries(methods)) {
        const isPublic = security.some((one) => Object.keys(one).length === 0);
        const errors = ['default', '429', '500', '503', ...(isPublic ? [] : ['401', '403'])];
        const missing = errors.filter((status) => !(status in responses));
        expect({ method, path, summary, missing }).toEqual({
          ...{ method, path, missing: [] },
          summary: expect.stringMatching(/^[A-Z]/) as string,
        });
      }
  });

  test('a route asks for a token unless it says that it is public', async () => {
    const { body } = await app.api<OpenApi>('GET', '/openapi.json', undefined, nobody);
    const open: string[] = [];
    for (const [path, methods] of Object.entries(body.paths))
      for (const method of Object.keys(methods)) {
        const answer = await app.api(method.toUpperCase(), path.replace(/\{\w+\}/g, '1'), undefined, nobody);
        if (answer.status !== 401) open.push(`${method} ${path}`);
      }
    expect(open.sort()).toEqual([
      'get /audit/v1/exports/downloads/{exportId}',
      'get /auth/v1/invitations/accept',
      'get /auth/v1/password/reset/confirm',
      'get /auth/v1/setup',
      'get /auth/v1/sso/callback',
      'get /auth/v1/sso/login',
      'get /backups/v1/downloads/{backupId}',
      'get /crm/v3/exports/downloads/{exportId}',
      'get /health/live',
      'get /health/ready',
      'get /oauth/v1/access-tokens/{token}',
      'post /auth/v1/employee-login',
      'post /auth/v1/invitations/accept',
      'post /auth/v1/login',
      'post /auth/v1/password/reset',
      'post /auth/v1/password/reset/confirm',
      'post /auth/v1/setup',
      'post /oauth/v2/private-apps/get/access-token-info',
    ]);
  });

  test('the description and its page are made once and known again by their ETag', async () => {
    const page = await app.api<string>('GET', '/docs', undefined, nobody);
    const parts = [...page.body.matchAll(/(?:src|href)="([\w-]+\.\w+)"/g)].map(([, name]) => `/docs/${name}`);
    expect(parts.length).toBeGreaterThan(2);
    for (const path of ['/openapi.json', '/openapi.yaml', '/docs', '/docs/', ...parts]) {
      const first = await app.api('GET', path, undefined, nobody);
      const etag = first.headers.get('etag')!;
      const again = await app.api('GET', path, undefined, { ...nobody, 'if-none-match': `W/"old", ${etag}` });
      expect({ path, first: first.status, again: again.status, body: again.body }).toEqual({
        ...{ path, first: 200, again: 304, body: '' },
      });
      expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    }
  });

  test('nothing but the page is served below its address', async () => {
    for (const path of ['/docs/..%5c', '/docs/..%2f..%2fpackage.json', '/docs/package.json', '/docs/%00'])
      expect((await app.api('GET', path, undefined, nobody)).status).toBe(404);
  });

  test('security headers are on every answer, and none but the description is kept by anybody', async () => {
    for (const [status, path, headers] of [
      [200, '/health/live', nobody],
      [200, '/auth/v1/sessions', {}],
      [200, '/metrics', nobody],
      [401, '/auth/v1/sessions', nobody],
      [404, '/nothing', nobody],
      [400, '/auth/v1/sessions?limit=x', {}],
      [200, '/docs', nobody],
    ] as const) {
      const answer = await app.api('GET', path, undefined, headers);
      expect({ path, status: answer.status }).toEqual({ path, status });
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(answer.headers.get('x-powered-by')).toBeNull();
      if (path !== '/docs') expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    // These never reach what adds them to the others.
    for (const line of ['GET /%zz HTTP/1.1\r\nhost: x', 'GARBAGE']) {
      const client = await RawClient.open(app.url);
      client.send(`${line}\r\n\r\n`);
      expect(await client.answer()).toMatchObject({
        status: 400,
        headers: { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', connection: 'close' },
      });
      await client.closed();
    }
  });
});

describe('metrics', () => {
  const token = 'scraper-'.repeat(4);
  let app: App;
  beforeAll(async () => void (app = await startApp({ METRICS_TOKEN: token, TRUST_PROXY: 'on' })));
  afterAll(() => app.close());

  test.each([
    [200, 'who asks on the machine itself', {}],
    [
      200,
      'who shows the token, through a proxy',
      { authorization: `Bearer ${token}`, 'x-forwarded-for': '192.0.2.1' },
    ],
    [401, 'who comes through a proxy on the machine', { 'x-forwarded-for': '192.0.2.1' }],
    [401, 'who says through a proxy that they are on it', { 'x-forwarded-for': '127.0.0.1' }],
    [401, 'who shows another token', { authorization: `Bearer ${token}x`, forwarded: 'for=192.0.2.1' }],
    [401, 'who shows a session', { forwarded: 'for=192.0.2.1', session: 'yes' }],
  ])('are answered with %i to %s', async (status, _, headers: Record<string, string>) => {
    const { session, ...rest } = headers;
    const authorization = rest.authorization ?? (session ? `Bearer ${app.admin.token}` : '');
    expect((await app.api('GET', '/metrics', undefined, { ...rest, authorization })).status).toBe(status);
  });
});
