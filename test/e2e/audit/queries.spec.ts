// The query language over the API: rows by names, values, people, teams and places, until a record is erased.
import { adminEmail, ownLog, startApp, type App } from '../../support/servers/app';

interface Page {
  readonly results: readonly {
    readonly id: string;
    readonly action: string;
    readonly category: string;
    readonly target?: { readonly type: string; readonly id: string; readonly label?: string };
    readonly changes?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
    readonly erased?: true;
  }[];
  readonly paging?: { readonly next: { readonly after: string } };
}

let app: App;
let id: string;
const CONTACTS = '/crm/v3/objects/contacts';
const list = (parameters: Record<string, string>) =>
  app.ok<Page>('GET', `/audit/v1/entries?${new URLSearchParams(parameters).toString()}`);
/** The actions of rows about the contact that a query finds, newest first. */
const found = async (q: string, more: Record<string, string> = {}) =>
  (await list({ q: `target:contacts/${id} ${q && `(${q})`}`, ...more })).results.map(({ action }) => action);

beforeAll(async () => {
  app = await startApp(ownLog);
  const property = { type: 'string', fieldType: 'text', groupName: 'contactinformation' };
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{ ...property, name: 'health', label: 'Health', dataSensitivity: 'sensitive' },
  });
  ({ id } = await app.ok('POST', CONTACTS, {
    properties: { email: 'grace@navy.test', firstname: 'Grace', lastname: 'Hopper', health: 'asthma' },
  }));
  await app.ok('PATCH', `${CONTACTS}/${id}`, { properties: { city: 'Arlington' } });
  await app.ok('PATCH', `${CONTACTS}/${id}`, { properties: { health: 'well', city: 'Århus' } });
  await app.ok('DELETE', `${CONTACTS}/${id}`);
});
afterAll(() => app.close());

test.each([
  ['category:PROPERTY_VALUE', ['UPDATE']],
  ['property:city', ['UPDATE', 'UPDATE']],
  ['property:health', []],
  ['value:arlington', ['UPDATE', 'UPDATE']],
  ['value:"ÅRHUS"', ['UPDATE']],
  ['value:arling', []],
  ['value:asthma', []],
  ['"grace navy" -action:UPDATE', ['DELETE', 'CREATE']],
  ['city or deleted', ['DELETE', 'UPDATE', 'UPDATE']],
  [`user:${adminEmail} not action:(UPDATE, CREATE)`, ['DELETE']],
  [adminEmail.split('@')[0]!, ['DELETE', 'UPDATE', 'UPDATE', 'CREATE']],
  ['team:"no such team"', []],
  ['ip:127.0.0.0/8 source:API login:PASSWORD by:user today', ['DELETE', 'UPDATE', 'UPDATE', 'CREATE']],
  ['..yesterday', []],
])('%j finds what it means', async (q, actions) => expect(await found(q)).toEqual(actions));

test('a parameter means what the field of its name does', async () => {
  for (const [name, value] of [
    ['property', 'city'],
    ['value', 'Arlington'],
    ['ip', '127.0.0.0/8'],
    ['teamId', 'none'],
  ] as const)
    expect(await found('', { [name]: value })).toEqual(await found(`${name}:${value}`));
});

test('a team means its members of now', async () => {
  const team = await app.ok<{ id: string }>('POST', '/settings/v3/users/teams', { name: 'Navy & Co' });
  expect(await found('team:"navy & co"')).toEqual([]);
  const user = await app.ok<{ id: string }>('GET', `/settings/v3/users/${adminEmail}?idProperty=EMAIL`);
  await app.ok('PUT', `/settings/v3/users/${user.id}`, { primaryTeamId: team.id });
  expect(await found('team:"navy & co"')).toHaveLength(4);
  expect((await list({ teamId: team.id, targetId: id, targetType: 'contacts' })).results).toHaveLength(4);
});

test('a query that cannot be read is refused with the place and the word that may be meant', async () => {
  const { status, body } = await app.api(
    'GET',
    `/audit/v1/entries?q=${encodeURIComponent('a catgory:LOGIN')}`,
  );
  expect(status).toBe(400);
  expect(body).toMatchObject({
    errors: [{ in: 'q', context: { at: ['2'], length: ['7'], meant: ['category'] } }],
  });
  const unknown = await app.api(
    'GET',
    `/audit/v1/entries?q=${encodeURIComponent('subcategory:LOGIN_FAILD')}`,
  );
  expect(unknown.body).toMatchObject({ errors: [{ context: { at: ['12'], meant: ['LOGIN_FAILED'] } }] });
});

test('what may be written next is told', async () => {
  const complete = (q: string) =>
    app.ok<{ suggestions: { text: string }[] }>('GET', `/audit/v1/query/complete?q=${encodeURIComponent(q)}`);
  const texts = async (q: string) => (await complete(q)).suggestions.map(({ text }) => text);
  expect(await texts('action:DEL')).toEqual(['DELETE']);
  expect(await texts(`user:${adminEmail.slice(0, 8)}`)).toEqual([adminEmail]);
  expect(await texts('property:heal')).toEqual(['health']);
  expect(await texts('target:comp')).toEqual(['companies/']);
});

test('a list can hold old and new values, sensitive ones masked as they are in one row', async () => {
  const { results } = await list({ targetId: id, targetType: 'contacts', include: 'changes' });
  const byAction = Object.fromEntries(results.map((row) => [row.action, row]));
  expect(byAction['CREATE']!.changes!['firstname']).toEqual({ from: null, to: 'Grace' });
  expect(byAction['DELETE']!.changes).toBeUndefined();
  const one = await app.ok<Page['results'][number]>('GET', `/audit/v1/entries/${byAction['UPDATE']!.id}`);
  expect(one).toMatchObject({ changes: byAction['UPDATE']!.changes, where: 'CRM > Contacts' });
  expect(Object.keys(one)).not.toEqual(expect.arrayContaining(['terms']));
});

test('rows of one time after another: pages neither skip nor repeat, by cursor and by id', async () => {
  // Asking is told of in rows of its own.
  const asked = { category: 'LOGIN,CRM_OBJECT,PROPERTY_VALUE,SETTINGS' };
  const all = (await list({ ...asked, limit: '200' })).results.map((row) => row.id);
  expect(all.length).toBeGreaterThan(3);
  for (const next of ['cursor', 'id']) {
    const met: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await list({ ...asked, limit: '3', ...(after !== undefined && { after }) });
      met.push(...page.results.map((row) => row.id));
      if (!page.paging) break;
      after = next === 'id' ? met.at(-1) : page.paging.next.after;
    }
    expect(met).toEqual(all);
  }
});

test('a name is that of the time of the act, and goes with the record when it is erased', async () => {
  const person = await app.ok<{ id: string }>('POST', CONTACTS, { properties: { email: 'first@name.test' } });
  await app.ok('PATCH', `${CONTACTS}/${person.id}`, { properties: { email: 'second@name.test' } });
  const labels = async () =>
    (await list({ q: `target:contacts/${person.id}`, sort: 'position' })).results.map(
      ({ target }) => target?.label,
    );
  expect(await labels()).toEqual(['first@name.test', 'second@name.test']);
  expect((await list({ q: 'second type:contacts' })).results).toHaveLength(1);
  expect((await list({ q: 'value:first@name.test' })).results).toHaveLength(2);
  await app.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: person.id });
  expect((await labels()).filter((label) => label !== undefined)).toEqual([]);
  for (const q of ['second type:contacts', 'value:first@name.test'])
    expect((await list({ q })).results).toEqual([]);
  const { results } = await list({ q: `target:contacts/${person.id}`, include: 'changes' });
  expect(results.filter(({ changes }) => changes)).toEqual([]);
});
