// Streams of the audit log: who may have them, what they tell, to whom, and how they are paused and moved.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { OcsfSchema } from '../../support/streams/ocsf-schema';
import { hurryStreams, STREAMS, Streaming, type EntryJson } from '../../support/streams/streaming';
import { SyslogServer } from '../../support/streams/syslog-server';

hurryStreams();
let app: App;
let it: Streaming;
beforeAll(async () => {
  app = await startApp({ ...ownLog, WEBHOOKS_PRIVATE: 'on' });
  it = new Streaming(app);
});
afterEach(() => it.end());
afterAll(() => app.close());

const linesOf = (path: string): string[] =>
  readFileSync(join(app.dataDir, 'siem', path), 'utf8')
    .trimEnd()
    .split('\n');
const entriesOf = (path: string) => linesOf(path).map((line) => JSON.parse(line) as EntryJson);
const toFile = (path: string, wished: object = {}) => it.make({ kind: 'file', path, ...wished });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const keyWith = async (...scopes: string[]): Promise<string> =>
  (await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'SIEM', scopes })).token;

test('each row is told as the API tells it, what no person did too, from the beginning of the log on', async () => {
  await it.contact({ firstname: 'Åse' });
  const { id } = await toFile('all/audit.jsonl', { from: 0, include: ['changes'] });
  await it.caughtUp(id);
  const told = entriesOf('all/audit.jsonl');
  const listed = await app.ok('GET', '/audit/v1/entries?includeNonUser=true&sort=position&limit=200');
  expect(told.map((one) => one.id)).toEqual(listed.results.map((one) => one.id));
  for (const one of told) {
    const entry = await app.ok<Record<string, unknown>>('GET', `/audit/v1/entries/${one.id}`);
    // What can be done from a row, and where it leads, is for whoever reads it there.
    for (const name of ['can', 'links', 'comments']) delete entry[name];
    delete (entry.causes as Record<string, unknown>).chain;
    expect(one).toEqual(entry);
  }
});

test('several at once tell the same, each in its format', async () => {
  const server = await SyslogServer.start();
  const syslog = { kind: 'syslog', host: '127.0.0.1', port: server.port, tls: false };
  const made = [
    await toFile('several.jsonl', { q: 'category:CRM_OBJECT' }),
    await it.make({ ...syslog, format: 'cef', q: 'category:CRM_OBJECT' }),
    await it.make({ ...syslog, format: 'ocsf', q: 'category:CRM_OBJECT' }),
  ];
  const contact = await it.contact({ firstname: 'Åse' });
  for (const { id } of made) await it.caughtUp(id);
  await server.until(({ messages }) => messages.length === 2);
  const cef = server.texts.find((text) => text.startsWith('CEF:'))!;
  const ocsf = JSON.parse(server.texts.find((text) => text.startsWith('{'))!) as Record<string, unknown>;
  const [entry] = entriesOf('several.jsonl');
  expect(entry).toMatchObject({ action: 'CREATE', target: { type: 'contacts', id: contact } });
  expect(cef).toContain(`externalId=${entry!.id} `);
  expect(new OcsfSchema('1.3.0').problems(ocsf)).toEqual([]);
  expect(ocsf).toMatchObject({ class_uid: 6003, metadata: { uid: entry!.id } });
  expect(server.messages).toMatchObject([{ app: 'strata', id: 'CRM_OBJECT' }, { app: 'strata' }]);
  await server.die();
});

test('a filter means what it means in lists, by parameters and by the query language', async () => {
  const login = await toFile('logins.jsonl', { from: 0, filter: { category: 'LOGIN' } });
  const both = await toFile('both.jsonl', {
    from: 0,
    filter: { category: 'CRM_OBJECT' },
    q: 'action:CREATE',
  });
  const by = await toFile('by.jsonl', { from: 0, filter: { actor: 'nobody@example.com' } });
  const contact = await it.contact();
  await app.ok('DELETE', `/crm/v3/objects/contacts/${contact}`);
  for (const { id } of [login, both, by]) await it.caughtUp(id);
  expect(new Set(entriesOf('logins.jsonl').map(({ category }) => category))).toEqual(new Set(['LOGIN']));
  expect(entriesOf('both.jsonl').at(-1)).toMatchObject({ action: 'CREATE', target: { id: contact } });
  expect((await it.read(by.id)).delivery.sentPosition).toBeNull();
});

test('a paused stream loses nothing, and one that is moved tells again what it has told', async () => {
  const { id } = await toFile('paused.jsonl', { q: 'category:CRM_OBJECT' });
  const first = await it.contact();
  await it.caughtUp(id);
  expect(await it.change(id, { paused: true })).toMatchObject({ paused: true });
  const second = await it.contact();
  expect(BigInt((await it.read(id)).delivery.lag)).toBeGreaterThan(0n);
  await it.change(id, { paused: false });
  await it.caughtUp(id);
  const targets = () => entriesOf('paused.jsonl').map(({ target }) => target!.id);
  expect(targets()).toEqual([first, second]);
  await it.change(id, { from: entriesOf('paused.jsonl')[0]!.position });
  await it.until(id, () => targets().length === 4);
  expect(targets()).toEqual([first, second, first, second]);
  const beyond = await app.api('PATCH', `${STREAMS}/${id}`, { from: 10 ** 9 });
  expect(beyond).toMatchObject({ status: 400, body: { message: 'from: lies behind the end of the log' } });
});

test('values are left out unless asked for, and shown by the rights of whoever made the stream', async () => {
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{ name: 'diagnosis', label: 'Diagnosis', groupName: 'contactinformation' },
    ...{ type: 'string', fieldType: 'text', dataSensitivity: 'sensitive' },
  });
  const q = 'category:SENSITIVE_PROPERTY_VALUE';
  const include = ['changes'];
  const admins = await toFile('admins.jsonl', { q, include });
  const without = await toFile('without.jsonl', { q });
  const token = await keyWith('settings', 'audit.read', 'crm.objects.read');
  const body = { name: 'Of a key', kind: 'file', format: 'json', path: 'keys.jsonl', q, include };
  const ofKey = await app.api<{ id: string }>('POST', STREAMS, body, bearer(token));
  expect(ofKey.status).toBe(201);
  const contact = await it.contact();
  await app.ok('PATCH', `/crm/v3/objects/contacts/${contact}`, { properties: { diagnosis: 'gout' } });
  for (const id of [admins.id, without.id, ofKey.body.id]) await it.caughtUp(id);
  expect(entriesOf('admins.jsonl')).toMatchObject([{ changes: { diagnosis: { to: 'gout' } } }]);
  expect(linesOf('keys.jsonl')).toHaveLength(1);
  expect(entriesOf('keys.jsonl')).toMatchObject([{ changes: { diagnosis: { to: '********' } } }]);
  expect(entriesOf('without.jsonl')[0]!.changes).toBeUndefined();
  expect(linesOf('without.jsonl').join('')).not.toContain('gout');
});

test('of an erased record no value is told any more', async () => {
  const contact = await it.contact({ firstname: 'Forgotten' });
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: contact });
  const { id } = await toFile('erased.jsonl', {
    from: 0,
    include: ['changes'],
    filter: { targetId: contact },
  });
  await it.caughtUp(id);
  expect(entriesOf('erased.jsonl')[0]).toMatchObject({ action: 'CREATE', erased: true });
  expect(linesOf('erased.jsonl').join('')).not.toContain('Forgotten');
});

test('secrets are shown once or never, and what was done to streams is told without them', async () => {
  const { secret, id, ...made } = await it.make({
    ...{ kind: 'webhook', url: 'http://127.0.0.1:1/hook?token=hidden-token' },
    ...{ headers: { Authorization: 'Splunk hidden-header' }, filter: { actor: 'hidden@example.com' } },
  });
  expect(secret).toMatch(/^strata-stream-\d+-[0-9a-f]{64}$/);
  expect(made).toMatchObject({ url: 'http://127.0.0.1:1/hook?token=***', headers: ['Authorization'] });
  await it.change(id, { paused: true });
  await app.ok('DELETE', `${STREAMS}/${id}`);
  expect((await app.api('GET', `${STREAMS}/${id}`)).status).toBe(404);
  const rows = await app.ok('GET', `/audit/v1/entries?targetId=${id}&sort=position`);
  expect(rows.results.map((row) => row.action)).toEqual(['CREATE', 'DISABLE', 'DELETE']);
  const created = await app.ok('GET', `/audit/v1/entries/${rows.results[0]!.id}`);
  expect(created).toMatchObject({ changes: { destination: { to: '127.0.0.1:1' } } });
  expect(JSON.stringify([rows, created])).not.toMatch(/hidden|strata-stream-/);
});

test.each<[string, object, RegExp]>([
  ['a path that leads elsewhere', { kind: 'file', path: '../secrets' }, /path: must be a name/],
  ['an absolute path', { kind: 'file', path: '/etc/passwd' }, /path: must be a name/],
  ['a field of another kind', { kind: 'file', path: 'x', host: 'siem' }, /host: is not for the kind file/],
  ['no address', { kind: 'webhook' }, /url: is needed/],
  ['a header that is ours', { kind: 'webhook', url: 'https://a.example', headers: { Host: 'b' } }, /headers/],
  ['a certificate that is none', { kind: 'syslog', host: 'siem', tls: { ca: 'x' } }, /tls/],
  ['a parameter of lists', { kind: 'file', path: 'x', filter: { limit: '5' } }, /limit is for lists/],
  ['a parameter that there is none of', { kind: 'file', path: 'x', filter: { colour: 'red' } }, /filter/],
  ['a wrong query', { kind: 'file', path: 'x', q: 'categry:LOGIN' }, /did you mean category/],
])('%s is refused', async (_, wished, message) => {
  const answer = await app.api('POST', STREAMS, { name: 'x', format: 'json', ...wished });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toMatch(message);
});

test('two streams never write to one file', async () => {
  await toFile('one.jsonl');
  const again = await app.api('POST', STREAMS, { name: 'x', kind: 'file', format: 'cef', path: 'one.jsonl' });
  expect(again).toMatchObject({ status: 409, body: { subCategory: 'NAME_TAKEN' } });
});

test('it takes the rights to settings and to the audit log, and the tier that has it', async () => {
  const body = { name: 'x', kind: 'file', format: 'json', path: 'x.jsonl' };
  for (const scope of ['settings', 'audit.read'])
    expect((await app.api('POST', STREAMS, body, bearer(await keyWith(scope)))).status).toBe(403);
  const { id } = await toFile('tier.jsonl', { q: 'category:LOGIN' });
  await app.ok('PUT', '/settings/v1/account', { tier: 'PROFESSIONAL' });
  expect(await app.api('POST', STREAMS, body)).toMatchObject({
    status: 403,
    body: { category: 'TIER_REQUIRED' },
  });
  await app.api('POST', '/auth/v1/login', { email: 'nobody@example.com', password: 'wrong' });
  await app.ok('PUT', '/settings/v1/account', { tier: 'ENTERPRISE' });
  await it.caughtUp(id);
  expect(entriesOf('tier.jsonl').at(-1)).toMatchObject({ category: 'LOGIN' });
});

test('private addresses are refused unless the setting lets them', async () => {
  const closed = await startApp({ ...ownLog, WEBHOOKS_PRIVATE: 'off' });
  for (const wished of [
    { kind: 'webhook', url: 'http://10.0.0.1/' },
    { kind: 'syslog', host: '127.0.0.1' },
    { kind: 'syslog', host: 'localhost' },
  ]) {
    const answer = await closed.api('POST', STREAMS, { name: 'x', format: 'json', ...wished });
    expect(answer).toMatchObject({ status: 400, body: { subCategory: 'ADDRESS_REFUSED' } });
  }
  await closed.close();
});
