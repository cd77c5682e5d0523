// Exports of the audit log over HTTP: what the file holds, who may have it, and what becomes of it.
import { verifierOf } from '../../../src/audit/integrity/checkpoints/notes';
import { ExportChecking } from '../../../src/audit/integrity/exports/sealed-lines-check';
import { createHash, randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { Vendor } from '../../support/codes/assertions';
import { ownLog, startApp, type AnyJson, type App } from '../../support/servers/app';
import { personIn, roleIn, some } from '../../support/servers/people';

interface Export extends AnyJson {
  readonly status: string;
  readonly position: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  readonly sha256: string;
  readonly fileStatus: string;
}
interface Line {
  readonly id: string;
  readonly position: string;
  readonly category: string;
  readonly changes?: Record<string, { from: unknown; to: unknown }>;
  readonly actor: { readonly department?: string };
  readonly target?: { readonly id: string; readonly label?: string };
  readonly erased?: true;
  readonly source?: object;
}
type As = Record<string, string>;

const vendor = new Vendor('https://strata.example.com');
const exportsPath = '/audit/v1/exports';
let app: App;
beforeAll(async () => {
  app = await startApp({ ...ownLog, ...(await vendor.settings) });
});
afterAll(() => app.close());

async function ended(id: string, as?: As): Promise<Export> {
  await app.ok('GET', `${exportsPath}/${id}/progress`, undefined, as);
  return app.ok<Export>('GET', `${exportsPath}/${id}`, undefined, as);
}

async function exported(body: object, as?: As): Promise<Export & { readonly text: string }> {
  const { id } = await app.ok('POST', exportsPath, body, as);
  const made = await ended(id, as);
  expect(made.status).toBe('COMPLETED');
  return { ...made, text: await app.ok<string>('GET', `${exportsPath}/${id}/file`, undefined, as) };
}

const linesIn = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"seal":'))
    .map((line) => {
      const { proof: _, ...entry } = JSON.parse(line) as Line & { proof: object };
      return entry;
    });

/** What whoever has the public key alone makes of a file. */
async function checked(text: string) {
  const { results } = await app.ok<{ results: { verifier: string }[] }>('GET', '/audit/v1/keys');
  const checking = new ExportChecking(results.map(({ verifier }) => verifierOf(verifier)));
  for (const line of text.slice(0, -1).split('\n')) checking.next(line);
  return checking.done();
}

const jsonl = (filter: Record<string, string>) => ({ format: 'jsonl', filter });
const contact = async (properties: Record<string, string>) =>
  (await app.ok('POST', '/crm/v3/objects/contacts', { properties })).id;
const change = (id: string, properties: Record<string, string>) =>
  app.ok('PATCH', `/crm/v3/objects/contacts/${id}`, { properties });
const statusOf = async (method: string, path: string, as?: As, body?: object) =>
  (await app.api(method, path, body, as)).status;

/** What the API tells of an entry, without where it leads and what can be done from it. */
async function entryOf({ id }: Line, as?: As): Promise<object> {
  type Told = Line & { can: object; links: object; causes: { chain: object[] } };
  const {
    can: _,
    links: __,
    causes,
    ...entry
  } = await app.ok<Told>(...(['GET', `/audit/v1/entries/${id}`, undefined, as] as const));
  const { chain: ___, ...ids } = causes;
  return { ...entry, causes: ids };
}

test('JSON Lines hold each entry as the API tells it, oldest first, up to the position of the request', async () => {
  const id = await contact({ email: `${some()}@example.com`, firstname: 'Ada' });
  await change(id, { firstname: 'Augusta', city: 'Oslo' });
  const { text, ...made } = await exported(jsonl({ targetId: id }));
  await change(id, { city: 'Bergen' });
  const lines = linesIn(text);
  expect(await checked(text)).toMatchObject({ rows: 2, end: { about: { position: made.position } } });
  const told = await Promise.all(lines.map((line) => entryOf(line)));
  expect(lines).toEqual(told);
  expect(lines.map(({ category }) => category)).toEqual(['CRM_OBJECT', 'PROPERTY_VALUE']);
  expect(lines[1]!.changes).toMatchObject({ firstname: { from: 'Ada', to: 'Augusta' } });
  expect(made).toMatchObject({
    ...{ count: 2, first: lines[0]!.position, last: lines[1]!.position, leftOut: ['CONTENT'] },
    ...{ sha256: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) },
  });
  expect(await app.ok('GET', `${exportsPath}/${made.id}/manifest`)).toMatchObject({
    ...{ exportId: made.id, count: 2, sha256: made.sha256, position: made.position },
    ...{ first: lines[0]!.position, last: lines[1]!.position, filter: { targetId: id } },
  });
});

test('CSV has headings for people, and no cell that a spreadsheet takes for a formula', async () => {
  const id = await contact({ email: `${some()}@example.com`, firstname: '=1+1' });
  await change(id, { firstname: 'Ada "Countess", née Byron' });
  const { text } = await exported({ format: 'csv', filter: { targetId: id } });
  const [header, ...rest] = text.split('\r\n');
  expect(header).toMatch(/^Time \(UTC\),User,.*,Changes,/);
  expect(rest.join('\r\n')).toContain('"firstname: =1+1 → Ada ""Countess"", née Byron');
  expect(rest[0]).toContain(',CRM objects,Contact,Create,Created a contact,contacts,');
});

test('the request, the download and the end of an export are entries, and its file is fetched by a link, too', async () => {
  const { id } = await exported(jsonl({ category: 'LOGIN' }));
  const { url } = await app.ok<{ url: string }>('POST', `${exportsPath}/${id}/download-link`);
  const { pathname, search } = new URL(url);
  expect(await statusOf('GET', pathname + search, { authorization: '' })).toBe(200);
  expect(await statusOf('GET', `${pathname}${search}0`, { authorization: '' })).toBe(403);
  const { results: asked } = await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=EXPORT`);
  expect(await statusOf('GET', `/audit/v1/entries/${asked[0]!.id}/file`)).toBe(200);
  const query = `targetType=audit-exports&targetId=${id}&sort=position&includeNonUser=true`;
  const { results } = await app.ok('GET', `/audit/v1/entries?${query}`);
  expect(results.map(({ action, subCategory }) => [subCategory, action])).toEqual(
    ['EXPORT', 'UPDATE', 'DOWNLOAD', 'SHARE', 'DOWNLOAD', 'DOWNLOAD'].map((action) => ['AUDIT_LOG', action]),
  );
});

test('what may be about a customer is in no entry of an export or a search', async () => {
  const secret = `${some()}-secret`;
  await exported(jsonl({ ip: '192.0.2.77', actor: `${secret}@example.com`, category: 'LOGIN' }));
  await app.ok('GET', `/audit/v1/entries?actor=${secret}@example.com&category=CRM_OBJECT`);
  const { results } = await app.ok('GET', '/audit/v1/entries?category=SECURITY_ACTIVITY&limit=200');
  const entries = await Promise.all(results.map(({ id }) => app.ok('GET', `/audit/v1/entries/${id}`)));
  const text = JSON.stringify(entries.map((entry) => (entry as unknown as Line).changes ?? null));
  expect(text).not.toContain(secret);
  expect(text).not.toContain('192.0.2.77');
  expect(text).toContain('"others":{"from":null,"to":["actor"]}');
});

test('a question is told of once in a while, whoever pages through its answers, and by whom', async () => {
  const asked = `/audit/v1/entries?category=LOGIN&targetId=${some()}`;
  for (const more of ['', '&limit=1', '&sort=position', '&limit=1&sort=position&after=0'])
    await app.ok('GET', asked + more);
  const told = (await app.events()).filter(
    ({ type, data }) =>
      type === 'auditsearch.made.v1' &&
      (data as { parameters: Record<string, string> }).parameters.targetId === asked.split('=').at(-1),
  );
  // Once, or twice where the quarter of an hour ended meanwhile.
  expect([1, 2]).toContain(told.length);
  expect(told[0]!.meta.actor).toMatchObject({ type: 'user', id: app.admin.id });
});

test('values are masked by the rights of whoever asks, as in the entry itself', async () => {
  const property = `secret_${some()}`;
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{
      name: property,
      label: property,
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
    },
    dataSensitivity: 'highly_sensitive',
  });
  const id = await contact({ email: `${some()}@example.com`, [property]: 'under the rose' });
  const rights = { view: 'all', edit: 'all', delete: 'all' } as const;
  const roleId = await roleIn(app, rights, ['auditRead', 'auditExport']);
  const auditor = await personIn(app, { roleId });
  const theirs = await exported(jsonl({ targetId: id }), auditor.as);
  const [line] = linesIn(theirs.text);
  expect(line!.changes![property]).toEqual({ from: '********', to: '********' });
  expect(line).toEqual(await entryOf(line!, auditor.as));
  const mine = await exported(jsonl({ targetId: id }));
  expect(linesIn(mine.text)[0]!.changes![property]).toEqual({ from: null, to: 'under the rose' });
  // Others' exports are not known to who is no super admin; a key has no more than its own rights.
  expect(await statusOf('GET', `${exportsPath}/${mine.id}`, auditor.as)).toBe(404);
  expect(await statusOf('GET', `${exportsPath}/${theirs.id}/file`)).toBe(200);
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: some(), scopes: ['audit.read'] },
  });
  const key = { authorization: `Bearer ${token}` };
  expect(await statusOf('GET', `${exportsPath}/${mine.id}`, key)).toBe(200);
  expect(await statusOf('GET', `${exportsPath}/${mine.id}/file`, key)).toBe(403);
  const reader = await personIn(app, { roleId: await roleIn(app, rights, ['auditRead']) });
  expect(await statusOf('POST', exportsPath, reader.as, { format: 'csv' })).toBe(403);
});

test('whoever may view their own records alone gets the values of these alone', async () => {
  const role = await roleIn(app, { view: 'own', edit: 'own', delete: 'none' }, ['auditRead', 'auditExport']);
  const seller = await personIn(app, { roleId: role });
  const deal = async (properties: object) =>
    (await app.ok('POST', '/crm/v3/objects/deals', { properties })).id;
  const { id: ownerId } = await app.ok('GET', `/crm/v3/owners/${seller.id}?idProperty=userId`);
  const own = await deal({ dealname: 'Own', hubspot_owner_id: ownerId });
  const other = await deal({ dealname: 'Other' });
  const { text } = await exported(jsonl({ targetId: `${own},${other}` }), seller.as);
  const lines = linesIn(text);
  expect(lines.map(({ changes }) => changes!.dealname!.to)).toEqual(['Own', '********']);
  expect(lines.map(({ target }) => target!.label)).toEqual(['Own', undefined]);
});

describe('whoever has lost a right since they asked gets no row', () => {
  const users = '/settings/v3/users';
  const everything = { view: 'all', edit: 'all', delete: 'all' } as const;
  const auditing = ['auditRead', 'auditExport'];
  type Change = (person: { readonly id: string }) => Promise<unknown>;
  const given = (roleId: string, more: object = {}): Change => {
    return ({ id }) => app.ok('PUT', `${users}/${id}`, { roleId, ...more });
  };

  test.each<[string, () => Promise<Change>]>([
    ['to export', async () => given(await roleIn(app, everything, ['auditRead']))],
    ['to read the audit log', async () => given(await roleIn(app, everything, ['auditExport']))],
    [
      "to view others' records",
      async () => given(await roleIn(app, { ...everything, view: 'own' }, auditing)),
    ],
    [
      'to view deals',
      async () => given(await roleIn(app, { view: 'none', edit: 'none', delete: 'none' }, auditing)),
    ],
    [
      'to log in',
      async () =>
        ({ id }) =>
          app.ok('DELETE', `${users}/${id}`),
    ],
  ])('%s', async (_, losing) => {
    const person = await personIn(app, { roleId: await roleIn(app, everything, auditing) });
    const deal = (await app.ok('POST', '/crm/v3/objects/deals', { properties: { dealname: 'Other' } })).id;
    const lose = await losing();
    const done = await exported(jsonl({ targetId: deal }), person.as);
    const { url } = await app.ok<{ url: string }>(
      ...(['POST', `${exportsPath}/${done.id}/download-link`, undefined, person.as] as const),
    );
    const { pathname, search } = new URL(url);
    const { id } = await app.ok('POST', exportsPath, jsonl({ targetId: deal }), person.as);
    await lose(person);
    await ended(id);
    const refused = [401, 403];
    for (const one of [done.id, id]) {
      expect(refused).toContain(await statusOf('GET', `${exportsPath}/${one}/file`, person.as));
      expect(refused).toContain(await statusOf('POST', `${exportsPath}/${one}/download-link`, person.as));
    }
    expect(refused).toContain(await statusOf('GET', pathname + search, { authorization: '' }));
  });

  test('that super admins have', async () => {
    const person = await personIn(app, {});
    await app.ok('PUT', `${users}/${person.id}`, { superAdmin: true });
    const { id } = await app.ok('POST', exportsPath, jsonl({ category: 'LOGIN' }), person.as);
    await given(await roleIn(app, everything, auditing), { superAdmin: false })(person);
    await ended(id);
    expect(await statusOf('GET', `${exportsPath}/${id}/file`, person.as)).toBe(403);
    const { text } = await exported(jsonl({ category: 'LOGIN' }), person.as);
    expect(linesIn(text).length).toBeGreaterThan(0);
  });
});

test('the file of an export goes with the erasure of a record that it tells of, and others stay', async () => {
  const [erased, kept] = [
    await contact({ email: `${some()}@example.com`, firstname: 'Gone' }),
    await contact({ email: `${some()}@example.com` }),
  ];
  const gone = await exported(jsonl({ targetId: erased }));
  const stays = await exported(jsonl({ targetId: kept }));
  const actor = await exported(jsonl({ userId: app.admin.id, category: 'CRM_OBJECT' }));
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: erased });
  for (;;) {
    const { results } = await app.ok('GET', '/privacy/v1/erasures?limit=200');
    if (results.every(({ status }) => status === 'COMPLETED')) break;
  }
  const withdrawn = async (id: string) => app.api('GET', `${exportsPath}/${id}/file`);
  for (const { id } of [gone, actor])
    expect(await withdrawn(id)).toMatchObject({ status: 404, body: { subCategory: 'EXPORT_WITHDRAWN' } });
  expect((await withdrawn(stays.id)).status).toBe(200);
  const again = linesIn((await exported(jsonl({ targetId: erased, includeNonUser: 'true' }))).text);
  expect(again.length).toBeGreaterThan(1);
  expect(again.map(({ erased: is, changes }) => [is, changes])).toEqual(again.map(() => [true, undefined]));
});

test('a wrong request is refused by its place, and what needs an add-on or a tier by its name', async () => {
  const refused = async (body: object) => {
    const { status, body: answer } = await app.api('POST', exportsPath, body);
    return [status, answer.errors?.[0]?.in ?? answer.category];
  };
  expect(await refused({ format: 'xlsx' })).toEqual([400, 'format']);
  expect(await refused(jsonl({ category: 'NOPE' }))).toEqual([400, 'filter.category']);
  expect(await refused(jsonl({ limit: '1' }))).toEqual([400, 'filter.limit']);
  expect(await refused({ format: 'csv', view: 'none' })).toEqual([404, 'OBJECT_NOT_FOUND']);
  expect(await refused(jsonl({ category: 'CONTENT' }))).toEqual([403, 'TIER_REQUIRED']);
  expect(await statusOf('GET', `${exportsPath}/404`)).toBe(404);
  await app.ok('PUT', '/settings/v1/account', { addOns: ['CONTENT_ENTERPRISE'] });
  expect(await exported(jsonl({ category: 'CONTENT' }))).toMatchObject({ count: 0, leftOut: [] });
  await app.ok('PUT', '/settings/v1/account', { addOns: [] });
});

/** Reports that a blog post was published; answers the post. */
async function published() {
  const target = { type: 'blog-posts', id: some() };
  const about = { category: 'CONTENT', subCategory: 'BLOG_POST', action: 'PUBLISH', target };
  const activity = { key: some(), occurredAt: new Date().toISOString(), userId: app.admin.id, ...about };
  await app.ok('POST', '/audit/v1/activities', { activities: [activity] });
  return target;
}

test('however it is asked, no row is exported that takes an add-on, and none that was not asked for', async () => {
  const target = await published();
  const id = await contact({ email: `${some()}@example.com` });
  const query = (q: string) => jsonl({ q, includeNonUser: 'true' });
  const asked = [
    'action:CREATE or action:PUBLISH',
    '-category:LOGIN',
    '-category:LOGIN (action:CREATE or action:PUBLISH)',
    '-category:LOGIN -(action:UPDATE action:DELETE)',
    '-category:LOGIN -category:PROPERTY_VALUE (action:CREATE or sub:BLOG_POST)',
    '(-category:LOGIN or action:PUBLISH) (action:CREATE or action:PUBLISH) -category:SETTINGS',
  ];
  for (const q of asked) {
    const { results } = await app.ok<{ results: { category: string }[] }>(
      ...(['GET', `/audit/v1/entries?limit=200&q=${encodeURIComponent(q)}`] as const),
    );
    expect(results.map(({ category }) => category)).toContain('CONTENT');
    const lines = linesIn((await exported(query(q))).text);
    expect([q, lines.filter(({ category }) => category === 'CONTENT')]).toEqual([q, []]);
    expect(lines.map((line) => line.target?.id)).toContain(id);
  }
  expect(await exported(query(`action:PUBLISH target:${target.id}`))).toMatchObject({ count: 0 });
  await app.ok('PUT', '/settings/v1/account', { addOns: ['CONTENT_ENTERPRISE'] });
  const all = await exported(query(asked[2]!));
  await app.ok('PUT', '/settings/v1/account', { addOns: [] });
  expect(linesIn(all.text).map((line) => line.target?.id)).toEqual(expect.arrayContaining([target.id, id]));
});

test('what was left out stays out, though the entries that were asked for are told anew after an upgrade', async () => {
  await published();
  const { id: asked } = await exported(jsonl({ q: 'action:PUBLISH or category:LOGIN' }));
  await app.ok('PUT', '/settings/v1/account', { addOns: ['CONTENT_ENTERPRISE'] });
  const { events } = await app.engine.eventStore.read(`auditexport-${asked}`);
  const exportId = `1${some().replace(/\D/g, '')}`;
  const { meta, type, data } = events[0]!;
  const old = { ...(data as object), exportId, entriesVersion: 0 };
  const event = { id: randomUUID(), type, data: old, meta: { ...meta, commandId: randomUUID() } };
  await app.engine.eventStore.append(`auditexport-${exportId}`, [event], -1);
  while ((await app.api('GET', `${exportsPath}/${exportId}`)).status === 404) await pause(50);
  expect(await ended(exportId)).toMatchObject({ status: 'COMPLETED', leftOut: ['CONTENT'] });
  const lines = linesIn(await app.ok<string>('GET', `${exportsPath}/${exportId}/file`));
  expect(new Set(lines.map(({ category }) => category))).toEqual(new Set(['LOGIN']));
  await app.ok('PUT', '/settings/v1/account', { addOns: [] });
});

test('employee access is exported by every tier, what employees did by the highest', async () => {
  await app.ok('PUT', '/settings/v1/employee-access', { allowed: true });
  const assertion = await vendor.assertion();
  const { accessToken } = await app.ok<{ accessToken: string }>(
    ...(['POST', '/auth/v1/employee-login', { assertion }, { authorization: '' }] as const),
  );
  await app.ok('GET', '/crm/v3/objects/contacts', undefined, { authorization: `Bearer ${accessToken}` });
  const rows = async () => {
    const { id } = await app.ok('POST', '/audit/v1/employee-access/exports');
    await ended(id);
    const text = await app.ok<string>('GET', `${exportsPath}/${id}/file`);
    return text
      .replace('\ufeff', '')
      .split('\r\n')
      .filter((line) => line !== '');
  };
  const [header, login] = await rows();
  expect(header).toMatch(/^Time \(UTC\),Department,Employee,E-mail,Category,/);
  expect(login).toContain(',Login,Employee login,Login,An employee of the vendor logged in,');
  await app.ok('PUT', '/settings/v1/account', { tier: 'STARTER' });
  try {
    const [brief, only, ...more] = await rows();
    expect(brief).toBe('Time (UTC),Department');
    expect(only).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,[A-Z]\w+( \w+)*$/);
    expect(more).toEqual([]);
    const { text } = await exported({ format: 'jsonl' });
    const lines = linesIn(text);
    expect(new Set(lines.map(({ category }) => category))).toEqual(new Set(['LOGIN', 'SECURITY_ACTIVITY']));
    expect(lines.every(({ changes, source }) => changes === undefined && source === undefined)).toBe(true);
  } finally {
    await app.ok('PUT', '/settings/v1/account', { tier: 'ENTERPRISE' });
  }
});

test('an export can be cancelled before it is done, and not after', async () => {
  const { id } = await app.ok('POST', exportsPath, { format: 'csv' });
  const cancelled = await app.api<Export>('POST', `${exportsPath}/${id}/cancel`);
  // It may have been done by then.
  expect([200, 409]).toContain(cancelled.status);
  expect((await ended(id)).status).toBe(cancelled.status === 200 ? 'CANCELLED' : 'COMPLETED');
  const done = await exported({ format: 'csv', view: 'logins' });
  expect(await statusOf('POST', `${exportsPath}/${done.id}/cancel`)).toBe(409);
});
