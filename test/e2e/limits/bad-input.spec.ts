// What no client should send: the right status, HubSpot's error shape, nothing written, nothing told that should not be.
import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { type App, startApp } from '../../support/servers/app';

const secret = `secret-${randomUUID()}`;
const json = { 'content-type': 'application/json' };

describe('bad input', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp()));
  afterAll(() => app.close());

  const shape = (category: string) => ({
    status: 'error',
    message: expect.any(String) as string,
    correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    category,
  });
  const keys = '/auth/v1/api-keys';
  const contacts = '/crm/v3/objects/contacts';
  const imports = '/crm/v3/imports';
  const form = { 'content-type': 'multipart/form-data; boundary=x' };
  const disposition = 'Content-Disposition: form-data; name="files"; filename="../../a.csv"';
  const fieldOfJson =
    'Content-Disposition: form-data; name="importRequest"\r\nContent-Type: application/json';
  const key = { name: 'key', scopes: ['backups'] };

  test.each([
    ['JSON nested too deep', 400, 'POST', keys, '['.repeat(100_000), { ...json, 'idempotency-key': secret }],
    [
      'an import request nested too deep',
      400,
      'POST',
      imports,
      `--x\r\n${fieldOfJson}\r\n\r\n${'{"a":'.repeat(50_000)}\r\n--x--\r\n`,
      form,
    ],
    ['malformed JSON', 400, 'POST', keys, `{"name": "${secret}`, json],
    ['a body that poisons prototypes', 400, 'POST', keys, '{"__proto__": {"x": 1}}', json],
    ['JSON that is no object', 400, 'POST', keys, '[1, 2]', json],
    ['no body where one is needed', 400, 'POST', keys, '', json],
    ['a field of the wrong type', 400, 'POST', keys, JSON.stringify({ ...key, name: 5 }), json],
    ['a wrong content type', 415, 'POST', keys, secret, { 'content-type': 'text/plain' }],
    [
      'a form where JSON is read',
      415,
      'POST',
      keys,
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['a form that is none', 400, 'POST', imports, secret, form],
    ['a form without a boundary', 400, 'POST', imports, secret, { 'content-type': 'multipart/form-data' }],
    ['a form that breaks off', 400, 'POST', imports, `--x\r\n${disposition}\r\n\r\n${secret}`, form],
    ['a cursor that asks for an operator', 400, 'GET', `${contacts}?after=W3siJG5lIjoieCJ9XQ`, undefined, {}],
    ['a path that does not decode', 400, 'GET', '/%zz', undefined, {}],
    ['a limit that is no number', 400, 'GET', `${keys}?limit=many`, undefined, {}],
    ['a limit too large', 400, 'GET', `${keys}?limit=201`, undefined, {}],
    ['a position that is no number', 400, 'GET', keys, undefined, { 'x-strata-after': secret }],
    [
      'an empty Idempotency-Key',
      400,
      'POST',
      keys,
      JSON.stringify(key),
      { ...json, 'idempotency-key': 'x'.repeat(256) },
    ],
  ])('%s is answered %i', async (_, status, method, path, body, headers) => {
    const answer = await app.api(method, path, body, headers);
    expect(answer).toMatchObject({ status, body: shape('VALIDATION_ERROR') });
    expect(answer.headers.get('x-correlation-id')).toBe(answer.body.correlationId);
    expect(JSON.stringify(answer.body)).not.toContain(secret);
  });

  test.each([
    ['an unknown route', 'GET', '/crm/v3/nothing'],
    ['a method the route has not', 'PATCH', keys],
    ['a session that does not exist', 'GET', '/auth/v1/sessions/12345'],
    ['an API key that does not exist', 'DELETE', `${keys}/12345`],
  ])('%s is not found', async (_, method, path) => {
    expect(await app.api(method, path)).toMatchObject({ status: 404, body: shape('OBJECT_NOT_FOUND') });
  });

  test('each wrong field is named, its value is not', async () => {
    const body = { name: '', scopes: [secret], [`other`]: secret };
    const { errors, message } = (await app.api('POST', keys, body)).body;
    expect(errors?.map((error) => error.in).sort()).toEqual(['name', 'other', 'scopes.0']);
    expect(message).toBe('Not valid: name, scopes.0, other');
  });

  test('however many inputs a body claims to have, no ids are used up for them', async () => {
    const before = Number(await app.engine.ids.draw());
    const inputs = new Array<number>(200_000).fill(0);
    expect((await app.api('POST', `${contacts}/batch/create`, { inputs })).status).toBe(400);
    expect(Number(await app.engine.ids.draw())).toBe(before + 1);
  });

  test('a page of no size is told the bounds', async () => {
    for (const [limit, problem] of [
      ['0', 'limit: must be at least 1'],
      ['201', 'limit: must be at most 200'],
      ['1.5', 'limit: must be a whole number'],
      ['many', 'limit: must be a number'],
    ]) {
      const { errors } = (await app.api('GET', `${keys}?limit=${limit}`)).body;
      expect(errors?.[0]?.message).toBe(problem);
    }
  });

  test('10 MB of garbage are too large or unreadable, whatever they call themselves', async () => {
    const garbage = randomBytes(10 * 1024 * 1024);
    for (const [type, statuses] of [
      ['application/json', [413]],
      ['application/octet-stream', [415]],
      ['multipart/form-data; boundary=x', [415]],
    ] as const) {
      const answer = await app
        .api('POST', keys, garbage, { 'content-type': type })
        // A server that answers before the body has come may reset the connection under the client's hands.
        .catch(() => undefined);
      if (answer) expect(statuses).toContain(answer.status);
      if (answer) expect(answer.body).toMatchObject(shape('VALIDATION_ERROR'));
    }
    expect((await app.api('GET', keys)).status).toBe(200);
  });

  test('what is not HTTP at all is answered and cut off', async () => {
    const { port } = new URL(app.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('GARBAGE\r\n\r\n'));
      socket.setEncoding('utf8').on('data', (chunk) => void (text += String(chunk)));
      socket.on('end', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject(shape('VALIDATION_ERROR'));
  });

  test.each([
    ['no token', ''],
    ['another scheme', 'Basic YTpi'],
    ['a token that is none', `Bearer ${'x'.repeat(40)}`],
    ['a session nobody has', `Bearer strata-session-123-${'0'.repeat(64)}`],
    ['a key nobody has', `Bearer strata-key-123-${'0'.repeat(64)}`],
  ])('%s is refused with 401', async (_, authorization) => {
    const answer = await app.api('GET', keys, undefined, { authorization });
    expect(answer).toMatchObject({ status: 401, body: shape('INVALID_AUTHENTICATION') });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('a token with one character changed is refused', async () => {
    const { token } = app.admin;
    const changed = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    expect((await app.api('GET', keys, undefined, { authorization: `Bearer ${changed}` })).status).toBe(401);
  });

  test('nothing of all that was written, and the log has no value, body or token', async () => {
    const events = await app.events();
    const own = events.filter((event) => event.meta.actor.userId === app.admin.id);
    expect(own.map((event) => event.type)).toEqual(['session.started.v1']);
    const log = app.log.join('');
    expect(log).toContain('"route":"/auth/v1/api-keys"');
    for (const hidden of [
      secret,
      app.admin.token,
      'correct horse',
      'limit=many',
      'GARBAGE',
      '/crm/v3/nothing',
    ])
      expect(log).not.toContain(hidden);
    expect(log).not.toContain('unexpected error');
  });
});
