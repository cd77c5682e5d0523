// What is answered before a body is read, on real sockets: nobody's bytes cost anything who is not let in.
import { RawClient } from '../../support/servers/raw-client';
import { type App, startApp } from '../../support/servers/app';

const json = { 'content-type': 'application/json' };
const EIGHT_MB = 8 * 1024 * 1024;

describe('a request whose body has not come', () => {
  let app: App;
  const clients: RawClient[] = [];
  beforeAll(async () => void (app = await startApp()));
  afterEach(() => clients.splice(0).forEach((client) => client.close()));
  afterAll(() => app.close());

  const open = async () => {
    const client = await RawClient.open(app.url);
    clients.push(client);
    return client;
  };
  const asked = async (method: string, path: string, headers: Record<string, string | number>) => {
    const client = await open();
    client.request(method, path, { 'content-length': EIGHT_MB, ...json, ...headers });
    return client.answer();
  };
  const token = (value = app.admin.token) => ({ authorization: `Bearer ${value}` });

  test.each([
    ['without a token', 401, 'POST', '/crm/v3/objects/contacts', {}],
    ['with a wrong token', 401, 'POST', '/crm/v3/objects/contacts', { authorization: 'Bearer x' }],
    ['for a route that there is not', 404, 'POST', '/crm/v3/nothing', {}],
    ['for an upload without a token', 401, 'POST', '/crm/v3/imports', {}],
  ])('%s is answered %i', async (_, status, method, path, headers) => {
    expect((await asked(method, path, headers))?.status).toBe(status);
  });

  test('of a key without the scope is answered 403', async () => {
    const key = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      name: 'a',
      scopes: ['backups'],
    });
    const answer = await asked('POST', '/crm/v3/objects/contacts', token(key.token));
    expect(answer?.status).toBe(403);
    expect(JSON.parse(answer!.body)).toMatchObject({ category: 'MISSING_SCOPES' });
  });

  test('of many callers without a token is answered while none of them sends on', async () => {
    const many = await Promise.all(Array.from({ length: 150 }, open));
    for (const client of many) {
      client.request('POST', '/crm/v3/objects/contacts', { 'content-length': EIGHT_MB, ...json });
      client.send(`{"properties":{"a":"${'x'.repeat(60_000)}`);
    }
    const answers = await Promise.all(many.map((client) => client.answer()));
    expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([401]));
  });
});
