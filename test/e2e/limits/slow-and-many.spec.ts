// Who is slow, and who asks for much at once, on real sockets: each is cut off or told to wait, and nobody else notices.
import { httpLimits } from '../../../src/http/front/limits';
import { type App, startApp } from '../../support/servers/app';
import { RawClient } from '../../support/servers/raw-client';

const json = { 'content-type': 'application/json' };
const contacts = '/crm/v3/objects/contacts';
const sessions = '/auth/v1/sessions';
/** As the product has them, in a hurry. */
const times = { headersMs: 1_000, bodySilenceMs: 1_000, publicMs: 2_000, restMs: 500, lookMs: 50 };
const MOST = 20;

describe('on the wire', () => {
  let app: App;
  let key: string;
  const clients: RawClient[] = [];
  beforeAll(async () => {
    app = await startApp({}, { ...times, callerRequests: MOST });
    const body = {
      name: 'a',
      scopes: ['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.import'],
    };
    key = (await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', body)).token;
  });
  afterEach(() => clients.splice(0).forEach((client) => client.close()));
  afterAll(() => app.close());

  const open = async () => {
    const client = await RawClient.open(app.url);
    clients.push(client);
    return client;
  };
  const mine = () => ({ authorization: `Bearer ${app.admin.token}` });
  const keys = () => ({ authorization: `Bearer ${key}` });
  const shape = (category: string) => ({
    status: 'error',
    category,
    correlationId: expect.any(String) as string,
  });

  describe('who is slow', () => {
    test('and sends nothing, or headers without an end, is answered and cut off', async () => {
      for (const start of ['', 'GET / HTTP/1.1\r\nhost: x\r\nx-a: b\r\n']) {
        const client = await open();
        client.send(start);
        const answer = await client.answer();
        expect({ status: answer?.status, body: JSON.parse(answer!.body) as object }).toMatchObject({
          status: 408,
          body: shape('REQUEST_TIMEOUT'),
        });
        await client.closed();
      }
    });

    test.each([
      ['a body that is read', 408, contacts, () => ({ ...mine(), ...json })],
      ['a public body', 408, '/auth/v1/login', () => json],
      [
        'an upload',
        408,
        '/crm/v3/imports',
        () => ({ ...keys(), 'content-type': 'multipart/form-data; boundary=x' }),
      ],
      ['a body that nobody wants', 401, contacts, () => json],
      ['a body for no route', 404, '/nothing', () => json],
    ])('with %s is answered %i and cut off', async (_, status, path, headers) => {
      const client = await open();
      client.request('POST', path, { 'content-length': 10_000, ...headers() });
      client.send('--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\na,b\r\n');
      const answer = await client.answer();
      expect(answer?.status).toBe(status);
      expect(JSON.parse(answer!.body)).toMatchObject({ status: 'error' });
      await client.closed();
    });

    test('and sends a byte now and then has no longer than others', async () => {
      const client = await open();
      client.request('POST', '/auth/v1/login', { 'content-length': 10_000, ...json });
      const dripping = setInterval(() => client.send(' '), 50);
      expect((await client.answer())?.status).toBe(408);
      await client.closed();
      clearInterval(dripping);
    });

    test('with an upload leaves no file behind', async () => {
      // The file is removed once the answer has left.
      while ((await app.engine.files.usage('imports', () => true)) > 0) await app.api('GET', sessions);
    });
  });

  describe('who sends too much', () => {
    test.each([
      ['headers', 431, 'GET', sessions, () => ({ ...mine(), 'x-a': 'x'.repeat(httpLimits.headerBytes) })],
      [
        'a body by its length',
        413,
        'POST',
        contacts,
        () => ({ ...mine(), 'content-length': 8 * 1024 * 1024 + 1 }),
      ],
      [
        'a public body by its length',
        413,
        'POST',
        '/auth/v1/login',
        () => ({ 'content-length': 16 * 1024 + 1 }),
      ],
      [
        'an upload by its length',
        413,
        'POST',
        '/crm/v3/imports',
        () => ({
          ...mine(),
          'content-type': 'multipart/form-data; boundary=x',
          'content-length': 20 * 1024 ** 3,
        }),
      ],
    ])('%s is answered %i at once', async (_, status, method, path, headers) => {
      const client = await open();
      client.request(method, path, { ...json, ...headers() });
      const answer = await client.answer();
      expect(answer?.status).toBe(status);
      expect(JSON.parse(answer!.body)).toMatchObject(shape('VALIDATION_ERROR'));
    });

    test('and wants the connection closed is answered all the same, while the rest comes, and then cut off', async () => {
      const length = 6_000_000;
      const headers = {
        ...json,
        authorization: 'Bearer none',
        connection: 'close',
        'content-length': length,
      };
      for (let n = 0; n < 10; n++) {
        const client = await open();
        client.request('POST', contacts, headers);
        client.send('x'.repeat(length));
        expect((await client.answer())?.status).toBe(401);
        await client.closed();
      }
    });

    test('without saying how much is stopped where it is too much', async () => {
      const client = await open();
      client.request('POST', '/auth/v1/login', { ...json, 'transfer-encoding': 'chunked' });
      for (let i = 0; i < 5; i++) client.send(`1000\r\n${' '.repeat(4_096)}\r\n`);
      expect((await client.answer())?.status).toBe(413);
      client.send('0\r\n\r\n');
      client.request('GET', sessions, mine());
      expect((await client.answer())?.status).toBe(200);
    });
  });

  describe('a connection', () => {
    test('is kept after a body that is malformed, unwanted or for no route', async () => {
      const client = await open();
      for (const [path, status, headers] of [
        [contacts, 400, mine()],
        [contacts, 401, {}],
        ['/nothing', 404, {}],
      ] as const) {
        client.request('POST', path, { ...json, ...headers, 'content-length': 5 });
        client.send('{"a":');
        expect((await client.answer())?.status).toBe(status);
      }
      client.request('GET', sessions, mine());
      expect((await client.answer())?.status).toBe(200);
    });

    test('of one who asks before sending is told to send, or refused and closed', async () => {
      const asks = { ...json, expect: '100-continue', 'content-length': 2 };
      const client = await open();
      client.request('POST', '/auth/v1/logout', { ...asks, authorization: 'Bearer x' });
      const refused = await client.answer();
      expect({ status: refused?.status, connection: refused?.headers.connection }).toEqual({
        ...{ status: 401, connection: 'close' },
      });
      await client.closed();
      const other = await open();
      other.request('POST', `${contacts}/batch/read`, { ...asks, ...mine() });
      expect((await other.answer())?.status).toBe(100);
      other.send('{}');
      expect((await other.answer())?.status).toBe(400);
      other.request('GET', sessions, mine());
      expect((await other.answer())?.status).toBe(200);
    });

    test('answers what was sent ahead in its order, what is too much at once with 429', async () => {
      const client = await open();
      for (let i = 0; i < 3 * MOST; i++) client.request('GET', sessions, mine());
      const answers = [];
      for (let i = 0; i < 3 * MOST; i++) answers.push(await client.answer());
      const statuses = answers.map((answer) => answer?.status);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(MOST);
      expect(new Set(statuses)).toEqual(new Set([200, 429]));
      client.request('GET', sessions, mine());
      expect((await client.answer())?.status).toBe(200);
    });
  });

  describe('who asks for much at once', () => {
    const held = async (headers: object, length: number) => {
      const client = await open();
      client.request('POST', contacts, { ...json, ...headers, 'content-length': length });
      client.send('{');
      return client;
    };

    test('is told to wait, while others are served, and is served again afterwards', async () => {
      await Promise.all(Array.from({ length: MOST }, () => held(keys(), 100)));
      const more = await held(keys(), 100);
      const answer = await more.answer();
      expect({ status: answer?.status, after: answer?.headers['retry-after'] }).toEqual({
        status: 429,
        after: '1',
      });
      expect(JSON.parse(answer!.body)).toMatchObject(shape('RATE_LIMITS'));
      expect((await app.api('GET', sessions)).status).toBe(200);
      clients.splice(0).forEach((client) => client.close());
      const again = () => app.api('GET', contacts, undefined, keys());
      let served = await again();
      while (served.status === 429) served = await again();
      expect(served.status).toBe(200);
    });

    test('holds 64 MB of bodies, by what they announce', async () => {
      const large = await Promise.all(Array.from({ length: 9 }, () => held(keys(), 8 * 1024 * 1024)));
      const refused = await Promise.any(large.map(async (client) => (await client.answer())!));
      expect(refused.status).toBe(429);
      clients.splice(0).forEach((client) => client.close());
    });

    test('holds so much of previews, too: the form and the beginnings of ten files', async () => {
      const form = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 1_000 };
      const asked = async (path: string) => {
        const client = await open();
        client.request('POST', path, { ...form, ...keys() });
        client.send('--x');
        return client;
      };
      const previews = await Promise.all(Array.from({ length: 10 }, () => asked('/imports/v1/preview')));
      const refused = await Promise.any(previews.map(async (client) => (await client.answer())!));
      expect(refused.status).toBe(429);
      clients.splice(0).forEach((client) => client.close());
    });

    test('without a token is told to wait by their address', async () => {
      const logins = await Promise.all(
        Array.from({ length: MOST + 1 }, async () => {
          const client = await open();
          client.request('POST', '/auth/v1/login', { ...json, 'content-length': 100 });
          return client;
        }),
      );
      const refused = await Promise.any(logins.map(async (client) => (await client.answer())!));
      expect(refused.status).toBe(429);
    });
  });
});
