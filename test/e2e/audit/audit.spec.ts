// The audit log over the API: the story that the other routes leave behind.
import { adminEmail, ownLog, startApp, type App } from '../../support/servers/app';
import { importCsv } from '../../support/importing';

interface Entry {
  readonly id: string;
  readonly occurredAt: string;
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
  readonly actor: { readonly type: string; readonly userId?: string; readonly email?: string };
  readonly target?: { readonly type: string; readonly id: string; readonly label?: string };
  readonly summary: string;
  readonly position: string;
}
interface Page {
  readonly results: readonly Entry[];
  readonly paging?: { readonly next: { readonly after: string } };
}

let app: App;
let contactId: string;
let importId: string;
let keyId: string;
const entries = (query: string) => app.ok<Page>('GET', `/audit/v1/entries?${query}`);
const told = ({ category, subCategory, action }: Entry) => `${category}/${subCategory} ${action}`;

beforeAll(async () => {
  app = await startApp(ownLog);
  await app.api('POST', '/auth/v1/login', { email: adminEmail, password: 'a wrong password' });
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{ name: 'favourite_colour', label: 'Favourite colour', type: 'string', fieldType: 'text' },
    groupName: 'contactinformation',
  });
  ({ id: contactId } = await app.ok('POST', '/crm/v3/objects/contacts', {
    properties: { email: 'ada@audit.test', firstname: 'Ada', favourite_colour: 'green' },
  }));
  await app.ok('PATCH', `/crm/v3/objects/contacts/${contactId}`, { properties: { firstname: 'Augusta' } });
  const csv = 'Mail,First\nada@audit.test,Imported\nnew@audit.test,New\n';
  importId = (await importCsv(app, { type: '0-1', columns: { Mail: 'email', First: 'firstname' }, csv })).id;
  await app.ok('DELETE', `/crm/v3/objects/contacts/${contactId}`);
  ({ id: keyId } = await app.ok('POST', '/auth/v1/api-keys', { name: 'auditor', scopes: ['audit.read'] }));
});
afterAll(() => app.close());

test('everything a user did has its entry, newest first', async () => {
  const { results } = await entries('limit=200');
  const story = results.map(told);
  for (const part of [
    'LOGIN/LOGIN_SUCCEEDED LOGIN',
    'LOGIN/LOGIN_FAILED LOGIN',
    'PROPERTY/contacts CREATE',
    'CRM_OBJECT/CONTACT CREATE',
    'PROPERTY_VALUE/contacts UPDATE',
    'SECURITY_ACTIVITY/IMPORT IMPORT',
    'CRM_OBJECT/CONTACT DELETE',
    'SECURITY_ACTIVITY/API_KEY CREATE',
  ])
    expect(story).toContain(part);
  const positions = results.map(({ position }) => Number(position));
  expect([...positions].sort((a, b) => b - a)).toEqual(positions);
  expect(results.find((one) => told(one).includes('IMPORT IMPORT'))?.target).toMatchObject({ id: importId });
  const unknown = results.filter(({ actor }) => actor.email !== adminEmail);
  expect(unknown.map(told)).toEqual([]);
});

test('an entry in full holds old and new values, its source, its causes and where it came from', async () => {
  const { results } = await entries(
    `targetType=contact&targetId=${contactId}&category=PROPERTY_VALUE&sort=occurredAt`,
  );
  expect(results).toHaveLength(2);
  const [edited, imported] = await Promise.all(
    results.map(({ id }) => app.ok<Record<string, unknown>>('GET', `/audit/v1/entries/${id}`)),
  );
  expect(edited).toMatchObject({
    summary: 'Changed firstname of a contact',
    target: { type: 'contacts', id: contactId, label: 'ada@audit.test' },
    changes: { firstname: { from: 'Ada', to: 'Augusta' } },
    source: { type: 'API' },
    client: { ip: '127.0.0.1', loginType: 'PASSWORD' },
    causes: { commandId: expect.any(String) as string },
    metadata: { eventType: 'record.values-changed.v1', stream: `contact-${contactId}`, revision: 1 },
    can: { restore: false, download: false, undo: false },
  });
  expect(imported).toMatchObject({
    actor: { type: 'import', id: importId, userId: app.admin.id, email: adminEmail },
    source: { type: 'IMPORT', id: importId },
    changes: { firstname: { from: 'Augusta', to: 'Imported' } },
  });
  expect((await app.api('GET', '/audit/v1/entries/nothing')).status).toBe(404);
});

test('filters narrow it down, alone and together', async () => {
  const count = async (query: string) => (await entries(`limit=200&${query}`)).results.length;
  // Each of these questions makes an entry of its own.
  const until = `to=${new Date().toISOString()}`;
  const all = await count(until);
  expect(await count('category=LOGIN')).toBe(2);
  expect(await count('category=LOGIN&subCategory=LOGIN_FAILED')).toBe(1);
  expect(await count('category=LOGIN,PROPERTY')).toBe(3);
  expect(await count('category=PROPERTY_VALUE&subCategory=contact&action=UPDATE')).toBe(2);
  expect(await count('source=IMPORT&category=CRM_OBJECT,PROPERTY_VALUE')).toBe(2);
  expect(await count(`userId=${app.admin.id}&${until}`)).toBe(all);
  expect(await count('userId=somebody-else')).toBe(0);
  expect(await count('ip=127.0.0.1')).toBeGreaterThan(5);
  expect(await count('ip=192.0.2.1')).toBe(0);
  expect(await count('from=2100-01-01T00:00:00Z')).toBe(0);
  expect(await count('to=2100-01-01T00:00:00Z')).toBeGreaterThan(all);
  const [{ occurredAt } = { occurredAt: '' }] = (await entries(`targetId=${keyId}`)).results;
  const then = await entries(`from=${occurredAt}&to=${occurredAt}`);
  expect(then.results.map(({ target }) => target?.id)).toContain(keyId);
});

test('paging gives every entry once, in either order', async () => {
  const until = `includeNonUser=true&to=${new Date().toISOString()}`;
  for (const sort of ['position', '-position', 'occurredAt', '-occurredAt']) {
    const whole = (await entries(`limit=200&${until}&sort=${sort}`)).results.map(({ id }) => id);
    const paged: string[] = [];
    for (let after = ''; ;) {
      const page = await entries(`limit=3&${until}&sort=${sort}${after && `&after=${after}`}`);
      paged.push(...page.results.map(({ id }) => id));
      if (!page.paging) break;
      after = encodeURIComponent(page.paging.next.after);
    }
    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(paged.length);
  }
});

test.each([
  ['category', 'category=NONSENSE'],
  ['subCategory', 'subCategory=USER'],
  ['subCategory', 'category=LOGIN&subCategory=USER'],
  ['action', 'action=EXPLODE'],
  ['from', 'from=yesterday'],
  ['limit', 'limit=201'],
  ['colour', 'colour=green'],
])('a wrong %s is refused by name', async (parameter, query) => {
  const { status, body } = await app.api('GET', `/audit/v1/entries?${query}`);
  expect(status).toBe(400);
  expect(body.category).toBe('VALIDATION_ERROR');
  expect(body.errors?.map((error) => error.in)).toEqual([parameter]);
});

test('only who may read it does: a super admin, or a key of one with the scope', async () => {
  const status = async (authorization: string) =>
    (await app.api('GET', '/audit/v1/entries', undefined, { authorization })).status;
  const key = async (scopes: string[]) =>
    (await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'k', scopes })).token;
  expect(await status('')).toBe(401);
  expect(await status(`Bearer ${await key(['audit.read'])}`)).toBe(200);
  expect(await status(`Bearer ${await key(['crm.objects.read'])}`)).toBe(403);
});

test('a smaller tier sees logins and security activity only', async () => {
  const starter = await startApp({ ...ownLog, ACCOUNT_TIER: 'STARTER' });
  try {
    await starter.ok('POST', '/crm/v3/objects/contacts', { properties: { email: 'hidden@audit.test' } });
    const { results } = await starter.ok<Page>('GET', '/audit/v1/entries?includeNonUser=true');
    expect(new Set(results.map(({ category }) => category))).toEqual(new Set(['LOGIN', 'SECURITY_ACTIVITY']));
    const { status, body } = await starter.api('GET', '/audit/v1/entries?category=CRM_OBJECT');
    expect([status, body.category]).toEqual([403, 'TIER_REQUIRED']);
  } finally {
    await starter.close();
  }
});
