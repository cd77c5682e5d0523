// Pages of other origins: none may read anything, unless the operator lists its origin.
import { adminEmail, adminPassword, type App, startApp } from '../../support/servers/app';

const listed = 'https://console.example.com';
const path = '/crm/v3/objects/contacts';
const nobody = { authorization: '' };
const preflight = { ...nobody, 'access-control-request-method': 'POST' };
const corsOf = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

test('by default no answer says a word of other origins, and a preflight is answered as any unknown route', async () => {
  const app = await startApp();
  for (const [method, headers, status] of [
    ['GET', { origin: listed }, 200],
    ['GET', { ...nobody, origin: listed }, 401],
    ['OPTIONS', { ...preflight, origin: listed }, 404],
    ['OPTIONS', { ...preflight, origin: app.url }, 404],
  ] as const) {
    const answer = await app.api(method, path, undefined, headers);
    expect({ status: answer.status, cors: corsOf(answer.headers), vary: answer.headers.get('vary') }).toEqual(
      {
        ...{ status, cors: {}, vary: null },
      },
    );
  }
  await app.close();
});

describe('with a list', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp({ CORS_ORIGINS: `https://other.example.com:8443, ${listed}` });
  });
  afterAll(() => app.close());

  test('a preflight of an origin on it is answered before anybody asks for a token, for every route', async () => {
    for (const at of [path, '/auth/v1/login', '/no/such/route']) {
      const answer = await app.api('OPTIONS', at, undefined, { ...preflight, origin: listed });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: '' });
      const { 'access-control-allow-headers': sent, ...cors } = corsOf(answer.headers);
      expect(cors).toEqual({
        'access-control-allow-origin': listed,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-max-age': '600',
      });
      expect(sent).toContain('X-Strata-CSRF');
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  test('its pages may read answers, errors too, and no other page may', async () => {
    for (const [origin, headers, status] of [
      [listed, {}, 200],
      [listed, nobody, 401],
      ['https://other.example.com:8443', {}, 200],
    ] as const) {
      const answer = await app.api('GET', path, undefined, { ...headers, origin });
      expect({ status: answer.status, ...corsOf(answer.headers) }).toMatchObject({
        ...{ status, 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' },
        'access-control-expose-headers': expect.stringContaining('X-Strata-Position') as string,
      });
    }
    const strangers = [
      'http://console.example.com',
      `${listed}:444`,
      `${listed}.evil.test`,
      'null',
      listed.toUpperCase(),
    ];
    for (const origin of strangers)
      for (const [method, headers, status] of [
        ['GET', {}, 200],
        ['OPTIONS', preflight, 404],
      ] as const) {
        const answer = await app.api(method, path, undefined, { ...headers, origin });
        expect({ origin, status: answer.status, cors: corsOf(answer.headers) }).toEqual({
          origin,
          status,
          cors: {},
        });
        expect(answer.headers.get('vary')).toBe('Origin');
      }
  });

  test('a session in a cookie works for its pages, with the token that goes with it', async () => {
    const body = { email: adminEmail, password: adminPassword, cookie: true };
    const login = await app.api<{ csrfToken: string }>('POST', '/auth/v1/login', body, {
      ...nobody,
      origin: listed,
    });
    const [cookie = ''] = login.headers.getSetCookie().map((set) => set.split(';')[0]!);
    const csrf = { 'x-strata-csrf': login.body.csrfToken };
    const create = async (headers: Readonly<Record<string, string>>) =>
      (await app.api('POST', path, { properties: {} }, { ...nobody, cookie, ...headers })).status;
    expect(await create({ ...csrf, origin: listed })).toBe(201);
    expect(await create({ origin: listed })).toBe(403);
    expect(await create({ ...csrf, origin: 'https://evil.test' })).toBe(403);
  });
});
