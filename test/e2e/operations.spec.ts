// What those who run it see: health, metrics, the API's description, who is let in without a token.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, parseConfig } from '../../src/config';
import { refusals } from '../../src/refusals';
import { startServer } from '../../src/server';
import { type App, startApp } from '../support/app';

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
    await expect(start({ EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false' })).rejects.toThrow(
      new ConfigError('EVENTSTORE_URL: no server answers there'),
    );
    const unanswered = 'mongodb://127.0.0.1:1/strata?serverSelectionTimeoutMS=200';
    await expect(start({ MONGODB_URL: unanswered })).rejects.toThrow(
      new ConfigError('MONGODB_URL: no server answers there'),
    );
    await rm(folder, { recursive: true, force: true });
  });

  test('who knows only the address is led to the documentation', async () => {
    const { url, redirected } = await fetch(`${app.url}/`);
    expect({ url, redirected }).toEqual({ url: `${app.url}/docs`, redirected: true });
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
    for (const code of Object.keys(refusals)) expect(body.info.description).toContain(`\`${code}\``);
    expect((await app.api('GET', '/docs', undefined, nobody)).status).toBe(200);
  });

  test('OpenAPI says of every route what it is for, and which errors it can have', async () => {
    const { body } = await app.api<OpenApi>('GET', '/openapi.json', undefined, nobody);
    for (const [path, methods] of Object.entries(body.paths))
      for (const [method, { summary, responses, security }] of Object.entries(methods)) {
        const isPublic = security.some((one) => Object.keys(one).length === 0);
        const errors = [
          'default',
          ...(isPublic ? [] : ['401', '403']),
          ...(path.includes('{') ? ['404'] : []),
        ];
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
      'get /auth/v1/setup',
      'get /backups/v1/downloads/{backupId}',
      'get /crm/v3/exports/downloads/{exportId}',
      'get /health/live',
      'get /health/ready',
      'post /auth/v1/login',
      'post /auth/v1/setup',
    ]);
  });

  test('security headers are on every answer', async () => {
    const { headers } = await app.api('GET', '/health/live', undefined, nobody);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

interface Operation {
  readonly summary?: string;
  readonly requestBody?: object;
  readonly responses: object;
  readonly security: readonly object[];
}

interface OpenApi {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object; readonly securitySchemes: object };
}
