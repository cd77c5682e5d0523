// From where people and keys come: told with every act as it was known then, behind a proxy and without one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminEmail, adminPassword, type AnyJson, type App, startApp } from '../../support/servers/app';
import { mmdbOf } from '../../support/origin/mmdb';

const folder = mkdtempSync(join(tmpdir(), 'strata-places-'));
const GEOIP_FILE = join(folder, 'places.mmdb');
const write = (country_code: string, state1: string) =>
  writeFileSync(GEOIP_FILE, mmdbOf({ '81.2.69.0/24': { country_code, state1 } }));
afterAll(() => rmSync(folder, { recursive: true }));

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0';
const device = { name: 'Firefox 120 on Linux', browser: 'Firefox 120', os: 'Linux', kind: 'desktop' };

interface Client {
  readonly ip: string;
  readonly country: string | null;
  readonly region: string | null;
}
interface Entry extends AnyJson {
  readonly client: Client;
}

const logIn = (app: App, from: string, password = adminPassword) =>
  app.api<{ accessToken: string }>(
    ...(['POST', '/auth/v1/login', { email: adminEmail, password }] as const),
    { authorization: '', 'user-agent': userAgent, 'x-forwarded-for': from },
  );
const rows = async (app: App, query: string) =>
  (await app.ok<{ results: readonly Entry[] }>('GET', `/audit/v1/entries?limit=1&${query}`)).results;

describe('behind a proxy', () => {
  let app: App;
  let token: string;
  beforeAll(async () => {
    write('GB', 'England');
    app = await startApp({ TRUST_PROXY: 'on', GEOIP_FILE });
  });
  afterAll(() => app.close());

  /** What a client wrote before the address that the proxy saw counts for nothing. */
  const seen = '129.240.118.130, 81.2.69.142';
  const from = { ip: '81.2.69.142', country: 'GB', region: 'England' };

  test('a login is told with country, region and device, in the list and by itself', async () => {
    token = (await logIn(app, seen)).body.accessToken;
    const [row] = await rows(app, 'category=LOGIN&action=LOGIN');
    expect(row!.client).toEqual({ ...from, userAgent, loginType: 'PASSWORD', device });
    expect((await app.ok<Entry>('GET', `/audit/v1/entries/${row!.id}`)).client).toEqual(row!.client);
  });

  test('a login that fails is, too', async () => {
    expect((await logIn(app, seen, 'a wrong guess')).status).toBe(401);
    const [row] = await rows(app, 'category=LOGIN&subCategory=LOGIN_FAILED');
    expect(row!.client).toMatchObject({ ...from, device });
  });

  test('a session is listed with both', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const { results } = await app.ok('GET', '/auth/v1/sessions', undefined, headers);
    expect(results[0]).toMatchObject({ ...from, userAgent, device });
    expect(await app.ok('GET', `/auth/v1/sessions/${results[0]!.id}`, undefined, headers)).toEqual(
      results[0],
    );
  });

  test.each([
    ['its address in the country that comes with Strata', '129.240.118.130', ['129.240.118.130', 'NO', null]],
    ['an address with a port', '81.2.69.142:4711', ['81.2.69.142', 'GB', 'England']],
    ['an address in brackets', '[2001:67c:2e8:22::c100:68b]:80', ['2001:67c:2e8:22::c100:68b', 'NL', null]],
    ['a private address', '192.168.1.7', ['192.168.1.7', null, null]],
    ['no address, where the proxy’s own counts', 'unknown', ['127.0.0.1', null, null]],
  ])('an act is told with %s', async (_, forwarded, expected) => {
    const contact = await app.ok(
      ...(['POST', '/crm/v3/objects/contacts', { properties: { lastname: 'Where' } }] as const),
      { 'x-forwarded-for': forwarded },
    );
    const [row] = await rows(app, `targetId=${contact.id}`);
    const { client } = await app.ok<Entry>('GET', `/audit/v1/entries/${row!.id}`);
    expect([client.ip, client.country, client.region]).toEqual(expected);
  });

  test('what was known at the time of an act stays, whatever a later database says', async () => {
    const [before] = await rows(app, 'category=LOGIN&subCategory=LOGIN_FAILED');
    write('IE', 'Leinster');
    await app.restart();
    expect(await rows(app, 'category=LOGIN&subCategory=LOGIN_FAILED')).toEqual([before]);
    token = (await logIn(app, seen)).body.accessToken;
    const [row] = await rows(app, 'category=LOGIN&action=LOGIN');
    expect(row!.client).toMatchObject({ country: 'IE', region: 'Leinster' });
  });
});

test('without a proxy nobody is where they say', async () => {
  const app = await startApp({ GEOIP_FILE });
  try {
    await logIn(app, '81.2.69.142');
    const [row] = await rows(app, 'category=LOGIN&action=LOGIN');
    expect(row!.client).toMatchObject({ ip: '127.0.0.1', country: null, region: null, device });
  } finally {
    await app.close();
  }
});

test('a file that cannot be read stops the start with one line that names the setting', async () => {
  const missing = join(folder, 'missing.mmdb');
  await expect(startApp({ GEOIP_FILE: missing })).rejects.toThrow(
    'GEOIP_FILE: names a file that cannot be read',
  );
});
