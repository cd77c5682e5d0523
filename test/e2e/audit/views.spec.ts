// Views on the audit log, by two people: saved, shared, cloned, changed, and asked for as a query.
import { Vendor } from '../../support/codes/assertions';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { personIn, some, type Person } from '../../support/servers/people';

interface View {
  readonly id: string;
  readonly name: string;
  readonly builtIn: boolean;
  readonly owner?: { readonly id: string; readonly email: string };
  readonly filter: Readonly<Record<string, string>>;
  readonly lastDays: number | null;
  readonly visibility: string;
  readonly isDefault: boolean;
  readonly can: { readonly change: boolean };
  readonly invalid?: { readonly message: string; readonly errors?: readonly { readonly in?: string }[] };
}
interface Views {
  readonly default: string;
  readonly results: readonly View[];
  readonly paging?: { readonly next: { readonly after: string } };
}
interface Row {
  readonly id: string;
  readonly category: string;
  readonly action: string;
  readonly target?: { readonly id: string; readonly label?: string };
}

const views = '/audit/v1/views';
let app: App;
let auditor: Person;
let contactId: string;
beforeAll(async () => {
  app = await startApp();
  auditor = await personIn(app, { roleId: 'auditor' });
  ({ id: contactId } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: {} }));
  await app.ok('DELETE', `/crm/v3/objects/contacts/${contactId}`);
});
afterAll(() => app.close());

const save = (body: object, as?: Person['as']) => app.ok<View>('POST', views, body, as);
const listed = async (query = '', as?: Person['as']) =>
  app.ok<Views>('GET', `${views}?limit=200${query}`, undefined, as);
const rows = async (query: string, as?: Person['as']) =>
  (await app.ok<{ results: Row[] }>('GET', `/audit/v1/entries?limit=200&${query}`, undefined, as)).results;
const refused = async (method: string, path: string, body?: object, as?: Person['as']) => {
  const { status, body: error } = await app.api(method, path, body, as);
  return [status, error.subCategory ?? error.category];
};
const mine = () => `Mine ${some()}`;

test('everybody has three views over the last thirty days, which nobody changes', async () => {
  const { results, default: first } = await listed('', auditor.as);
  expect(results.slice(0, 3)).toMatchObject([
    {
      id: 'all',
      name: 'All logs',
      builtIn: true,
      lastDays: 30,
      filter: {},
      isDefault: true,
      can: { change: false },
    },
    { id: 'logins', filter: { category: 'LOGIN' } },
    { id: 'security', filter: { category: 'SECURITY_ACTIVITY' } },
  ]);
  expect(first).toBe('all');
  expect(new Set((await rows('view=logins')).map(({ category }) => category))).toEqual(new Set(['LOGIN']));
  expect(await refused('PATCH', `${views}/all`, { name: 'x' })).toEqual([409, 'VIEW_BUILT_IN']);
  expect(await refused('DELETE', `${views}/logins`)).toEqual([409, 'VIEW_BUILT_IN']);
});

test('a saved view is a query of its own, which parameters beside it change', async () => {
  const filter = { action: 'DELETE', targetId: contactId };
  const { id } = await save({ name: mine(), filter, lastDays: 1 });
  expect(await rows(`view=${id}`)).toMatchObject([{ action: 'DELETE', target: { id: contactId } }]);
  expect(await rows(`view=${id}&action=CREATE`)).toMatchObject([{ action: 'CREATE' }]);
  expect(await rows(`view=${id}&to=2020-01-01T00:00:00Z`)).toEqual([]);
  expect(await refused('GET', '/audit/v1/entries?view=nothing')).toEqual([404, 'OBJECT_NOT_FOUND']);
  expect(await refused('GET', `/audit/v1/entries?view=${id}&category=NONSENSE`)).toEqual([
    400,
    'VALIDATION_ERROR',
  ]);
});

test('a view may be written in the query language', async () => {
  const { id } = await save({ name: mine(), filter: { q: `action:DELETE target:contacts/${contactId}` } });
  expect(await rows(`view=${id}`)).toMatchObject([{ action: 'DELETE', target: { id: contactId } }]);
  const { status, body } = await app.api('POST', views, { name: mine(), filter: { q: 'action:(' } });
  expect([status, body.errors?.[0]?.in]).toEqual([400, 'filter.q']);
});

test('a private view is its owner’s, and a super admin’s to manage', async () => {
  const own = await save({ name: mine(), filter: { action: 'LOGIN' } }, auditor.as);
  const hidden = await save({ name: mine() });
  expect((await listed('', auditor.as)).results.map(({ id }) => id)).not.toContain(hidden.id);
  expect(await refused('GET', `${views}/${hidden.id}`, undefined, auditor.as)).toEqual([
    404,
    'OBJECT_NOT_FOUND',
  ]);
  expect((await listed()).results.map(({ id }) => id)).not.toContain(own.id);
  expect(await refused('GET', `${views}?all=true`, undefined, auditor.as)).toEqual([403, 'FORBIDDEN']);
  const managed = (await listed('&all=true')).results.find(({ id }) => id === own.id);
  expect(managed).toMatchObject({ owner: { id: auditor.id }, can: { change: true } });
  await app.ok('PATCH', `${views}/${own.id}`, { name: 'Renamed by an admin' });
  const { name, owner } = await app.ok<View>('GET', `${views}/${own.id}`, undefined, auditor.as);
  expect([name, owner?.id]).toEqual(['Renamed by an admin', auditor.id]);
});

test('a shared view is seen by everyone, changed by its owner alone, and cloned by anybody', async () => {
  const name = mine();
  const { id } = await save({ name, filter: { action: 'DELETE' } });
  await app.ok('PATCH', `${views}/${id}`, { visibility: 'everyone' });
  const seen = (await listed('', auditor.as)).results.find((one) => one.id === id);
  expect(seen).toMatchObject({ owner: { id: app.admin.id }, can: { change: false }, visibility: 'everyone' });
  expect(await refused('PATCH', `${views}/${id}`, { name: 'x' }, auditor.as)).toEqual([403, 'FORBIDDEN']);
  const copy = await app.ok<View>('POST', `${views}/${id}/clone`, undefined, auditor.as);
  expect(copy).toMatchObject({
    ...{ name: `Copy of ${name}`, clonedFrom: id, visibility: 'private', filter: { action: 'DELETE' } },
    ...{ owner: { id: auditor.id }, can: { change: true } },
  });
  expect(await refused('POST', `${views}/${id}/clone`, { name: copy.name }, auditor.as)).toEqual([
    409,
    'NAME_TAKEN',
  ]);
  await app.ok('DELETE', `${views}/${id}`);
  expect(await refused('GET', `${views}/${id}`, undefined, auditor.as)).toEqual([404, 'OBJECT_NOT_FOUND']);
  expect((await rows(`targetId=${id}`)).map(({ action, target }) => [action, target?.label])).toEqual([
    ['DELETE', name],
    ['SHARE', name],
    ['CREATE', name],
  ]);
});

test('reset, a view shows what it showed when it was cloned', async () => {
  const { id } = await app.ok<View>('POST', `${views}/security/clone`, { name: mine() });
  await app.ok('PATCH', `${views}/${id}`, {
    filter: { action: 'EXPORT' },
    lastDays: null,
    columns: ['summary'],
  });
  expect(await app.ok('POST', `${views}/${id}/reset`)).toMatchObject({
    ...{ filter: { category: 'SECURITY_ACTIVITY' }, lastDays: 30, columns: null },
  });
});

test('each person chooses what they see first; where it is gone, it is all logs again', async () => {
  const { id } = await save({ name: mine(), visibility: 'everyone' });
  expect(await app.ok('PUT', `${views}/default`, { view: id }, auditor.as)).toEqual({ default: id });
  const { default: first, results } = await listed('', auditor.as);
  expect([first, results.find(({ isDefault }) => isDefault)?.id]).toEqual([id, id]);
  expect((await listed()).default).toBe('all');
  await app.ok('PATCH', `${views}/${id}`, { visibility: 'private' });
  expect((await listed('', auditor.as)).default).toBe('all');
  expect(await refused('PUT', `${views}/default`, { view: id }, auditor.as)).toEqual([
    404,
    'OBJECT_NOT_FOUND',
  ]);
});

test.each([
  ['a category that is none', { filter: { category: 'NONSENSE' } }, 'filter.category'],
  ['a parameter that is none', { filter: { colour: 'green' } }, 'filter.colour'],
  ['a sub-category without its category', { filter: { subCategory: 'USER' } }, 'filter.subCategory'],
  ['two spans of time', { filter: { from: '2024-05-01T10:00:00Z' }, lastDays: 3 }, 'lastDays'],
  ['a column that is none', { columns: ['colour'] }, 'columns.0'],
])('%s is refused when it is saved', async (_, body, field) => {
  const { status, body: error } = await app.api('POST', views, { name: mine(), ...body });
  expect([status, error.errors?.[0]?.in]).toEqual([400, field]);
});

test('an employee of the vendor looks at views, and leaves none behind', async () => {
  const vendor = new Vendor('https://strata.example.com');
  const helped = await startApp(await vendor.settings);
  try {
    await helped.ok('PUT', '/settings/v1/employee-access', { allowed: true });
    const signIn = { assertion: await vendor.assertion() };
    const { accessToken } = await helped.ok<{ accessToken: string }>(
      'POST',
      '/auth/v1/employee-login',
      signIn,
    );
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await helped.ok<Views>('GET', views, undefined, headers)).results).toHaveLength(3);
    expect((await helped.api('GET', '/audit/v1/entries?view=logins', undefined, headers)).status).toBe(200);
    expect((await helped.api('POST', `${views}/all/clone`, undefined, headers)).status).toBe(403);
    expect((await helped.api('PUT', `${views}/default`, { view: 'logins' }, headers)).status).toBe(403);
  } finally {
    await helped.close();
  }
});

test('a view whose filter cannot be asked for any more says so, until it is changed', async () => {
  const other = await startApp(ownLog);
  try {
    const body = { name: 'Records', filter: { category: 'CRM_OBJECT' } };
    const { id } = await other.ok<View>('POST', views, body);
    await other.ok('PUT', '/settings/v1/account', { tier: 'STARTER' });
    expect(await other.ok<View>('GET', `${views}/${id}`)).toMatchObject({
      invalid: { message: expect.stringMatching(/tier/) as string },
    });
    const { status, body: error } = await other.api('GET', `/audit/v1/entries?view=${id}`);
    expect([status, error.subCategory]).toEqual([409, 'VIEW_INVALID']);
    await other.ok('PATCH', `${views}/${id}`, { name: 'Logins now', filter: { category: 'LOGIN' } });
    expect((await other.api('GET', `/audit/v1/entries?view=${id}`)).status).toBe(200);
  } finally {
    await other.close();
  }
});
