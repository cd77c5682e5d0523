// A session in a cookie: what a browser is told to do with it, and what a page of another site cannot do by it.
import { adminEmail, adminPassword, type AnyJson, type App, startApp } from '../../support/servers/app';

type Sent = Readonly<Record<string, string>>;
interface LoggedIn extends AnyJson {
  readonly accessToken?: string;
  readonly csrfToken: string;
}
const keys = '/auth/v1/api-keys';
const key = { name: 'a key', scopes: ['crm.objects.read'] };
const wrong = { status: 403, body: { subCategory: 'CSRF_TOKEN_WRONG' } };

let app: App;
beforeAll(async () => void (app = await startApp({ TRUST_PROXY: 'on' })));
afterAll(() => app.close());

const ask = <T = AnyJson>(method: string, path: string, headers: Sent, body?: object) =>
  app.api<T>(method, path, body, { authorization: '', ...headers });

/** Logs in as a browser does, from a page that the headers tell of. */
async function logIn(headers: Sent = {}) {
  const body = { email: adminEmail, password: adminPassword, cookie: true };
  const answer = await ask<LoggedIn>('POST', '/auth/v1/login', headers, body);
  const [set = ''] = answer.headers.getSetCookie();
  return { ...answer, set, cookie: set.split(';')[0]!, csrf: { 'x-strata-csrf': answer.body.csrfToken } };
}

test('it is set in place of the token in the body, for no script and no other site', async () => {
  const { status, body, set } = await logIn();
  expect({ status, accessToken: body.accessToken }).toEqual({ status: 200, accessToken: undefined });
  expect(set).toMatch(
    /^strata-session=strata-session-\d+-[0-9a-f]{64}; Max-Age=4\d{4}; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  expect(JSON.stringify(body)).not.toContain(set.slice(-64));
  const plain = await ask('POST', '/auth/v1/login', {}, { email: adminEmail, password: adminPassword });
  expect(plain.headers.getSetCookie()).toEqual([]);
});

test('behind TLS it goes by TLS only, to this host alone, and no other name counts there', async () => {
  const tls = { 'x-forwarded-proto': 'https' };
  const { set, cookie } = await logIn(tls);
  expect(set).toMatch(/^__Host-strata-session=\S+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  expect((await ask('GET', keys, { ...tls, cookie })).status).toBe(200);
  expect((await ask('GET', keys, { ...tls, cookie: cookie.replace('__Host-', '') })).status).toBe(401);
  const own = await startApp({ PUBLIC_URL: 'https://strata.example.com' });
  const body = { email: adminEmail, password: adminPassword, cookie: true };
  const answer = await own.api('POST', '/auth/v1/login', body, { authorization: '' });
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-.*; Secure/);
  await own.close();
});

test('it reads by itself, and changes something only with the token that goes with it', async () => {
  const { cookie, csrf } = await logIn();
  expect((await ask('GET', keys, { cookie })).status).toBe(200);
  expect(await ask('POST', keys, { cookie }, key)).toMatchObject(wrong);
  const other = (await logIn()).csrf;
  expect(await ask('POST', keys, { cookie, ...other }, key)).toMatchObject(wrong);
  expect(await ask('DELETE', `${keys}/1`, { cookie, 'x-strata-csrf': '' })).toMatchObject(wrong);
  expect((await ask('POST', keys, { cookie, ...csrf }, key)).status).toBe(201);
  const again = await ask<LoggedIn>('GET', '/auth/v1/csrf', { cookie });
  expect(again.body.csrfToken).toBe(csrf['x-strata-csrf']);
});

test('a page of another origin changes nothing, whatever it knows, and logs nobody in', async () => {
  const { cookie, csrf } = await logIn({ origin: app.url });
  for (const origin of ['https://elsewhere.example', 'null', `${app.url}0`])
    expect(await ask('POST', keys, { cookie, ...csrf, origin }, key)).toMatchObject(wrong);
  expect((await ask('POST', keys, { cookie, ...csrf, origin: app.url }, key)).status).toBe(201);
  const { status, set } = await logIn({ origin: 'https://elsewhere.example' });
  expect({ status, set }).toEqual({ status: 403, set: '' });
});

test('the header with a token wins, also where that is wrong', async () => {
  const { cookie } = await logIn();
  const authorization = `Bearer ${app.admin.token}`;
  expect((await ask('POST', keys, { cookie, authorization }, key)).status).toBe(201);
  expect((await ask('GET', keys, { cookie, authorization: 'Bearer wrong' })).status).toBe(401);
  const made = await app.ok<{ token: string }>('POST', keys, key);
  const contacts = '/crm/v3/objects/contacts';
  expect((await ask('GET', contacts, { cookie: `strata-session=${made.token}` })).status).toBe(401);
});

test('a stream goes by it, and ends with the session; logging out takes it away', async () => {
  const { cookie, csrf } = await logIn();
  const headers = { authorization: '', cookie };
  const stream = await app.send('GET', '/notifications/v1/stream', undefined, headers);
  expect(stream.status).toBe(200);
  const out = await ask('POST', '/auth/v1/logout', { cookie, ...csrf });
  expect(out.status).toBe(204);
  expect(out.headers.getSetCookie()[0]).toMatch(
    /^strata-session=; (?:Max-Age=0; )?.*Path=\/; Expires=Thu, 01 Jan 1970/,
  );
  await stream.text();
  expect((await ask('GET', keys, { cookie })).status).toBe(401);
});
