// Associations in HubSpot's older API, where types are named by a word: one by one, and more of one record than an
// answer holds.
import { ownLog, startApp, type App } from '../../support/servers/app';
import { Bin } from '../../support/bin';
import { exportBody, rowsOf } from '../../support/exporting';
import { Restoring } from '../../support/restores/restoring';
import { personIn } from '../../support/servers/people';

interface Ids {
  readonly results: readonly { readonly id: string; readonly type: string }[];
  readonly paging?: { readonly next: { readonly after: string; readonly link: string } };
}
interface Read {
  readonly results: readonly {
    readonly from: { readonly id: string };
    readonly to: readonly { readonly id?: string; readonly toObjectId?: string }[];
    readonly paging?: Ids['paging'];
  }[];
}

let app: App;
beforeAll(async () => void (app = await startApp(ownLog)));
afterAll(() => app.close());

const objects = '/crm/v3/objects';
const record = async (type: string) => (await app.ok('POST', `${objects}/${type}`, { properties: {} })).id;
const records = async (type: string, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let left = count; left > 0; left -= 100) {
    const inputs = Array.from({ length: Math.min(100, left) }, () => ({ properties: {} }));
    ids.push(
      ...(await app.ok('POST', `${objects}/${type}/batch/create`, { inputs })).results.map(({ id }) => id),
    );
  }
  return ids;
};
const numbers = (ids: Iterable<string>) => [...ids].sort((a, b) => Number(a) - Number(b));

test('two records are associated by a type named, read, and parted', async () => {
  const [contact, company] = [await record('contacts'), await record('companies')];
  const path = `${objects}/contact/${contact}/associations/company`;
  const made = await app.api<Record<string, unknown>>('PUT', `${path}/${company}/contact_to_company`);
  expect(made).toMatchObject({
    status: 200,
    body: { id: contact, associations: { companies: { results: [{ id: company }, { id: company }] } } },
  });
  expect(made.headers.get('x-strata-position')).toMatch(/^\d+$/);
  const listed = await app.ok<Ids>('GET', path);
  expect(listed.results).toEqual([
    { id: company, type: 'contact_to_company' },
    { id: company, type: 'contact_to_company_unlabeled' },
  ]);
  expect((await app.api('DELETE', `${path}/${company}/contact_to_company`)).status).toBe(204);
  expect((await app.ok<Ids>('GET', path)).results.map(({ type }) => type)).toEqual([
    'contact_to_company_unlabeled',
  ]);
  expect((await app.api('DELETE', `${path}/${company}/279`)).status).toBe(204);
  expect((await app.ok<Ids>('GET', path)).results).toEqual([]);
});

test('a type that does not exist, and a record that is not there, are refused', async () => {
  const [contact, company] = [await record('contacts'), await record('companies')];
  const path = `${objects}/contacts/${contact}/associations/companies`;
  const unknown = await app.api('PUT', `${path}/${company}/contact_to_moon`);
  expect([unknown.status, unknown.body.message]).toEqual([
    400,
    "'contact_to_moon' is not an association type between these object types",
  ]);
  expect((await app.api('PUT', `${path}/42/contact_to_company`)).status).toBe(404);
  expect((await app.api('GET', `${objects}/contacts/42/associations/companies`)).status).toBe(404);
});

test('a key that may write and not read is told the id alone', async () => {
  const [contact, company] = [await record('contacts'), await record('companies')];
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'writer', scopes: ['crm.objects.write'] },
  });
  const headers = { authorization: `Bearer ${token}` };
  const path = `${objects}/contacts/${contact}/associations/companies/${company}/279`;
  const { status, body } = await app.api<unknown>('PUT', path, undefined, headers);
  expect([status, body]).toEqual([200, { id: contact }]);
});

describe('a record with more associations than an answer holds', () => {
  let company: string;
  let contacts: string[];
  beforeAll(async () => {
    company = await record('companies');
    contacts = await records('contacts', 501);
    const inputs = contacts.map((id) => ({ from: { id: company }, to: { id } }));
    await app.ok('POST', '/crm/v4/associations/companies/contacts/batch/associate/default', { inputs });
  });

  test.each(['v3', 'v4'])(
    'is read to its end by batches of %s, with `after` as text or number',
    async (version) => {
      const seen: string[] = [];
      for (let after: string | number | undefined, pages = 1; ; pages++) {
        const { results } = await app.ok<Read>(
          ...['POST', `/crm/${version}/associations/companies/contacts/batch/read`],
          { inputs: [{ id: company, ...(after !== undefined && { after }) }] },
        );
        const [read] = results;
        seen.push(...read!.to.map(({ id, toObjectId }) => (id ?? toObjectId)!));
        if (!read!.paging) {
          expect(pages).toBe(2);
          break;
        }
        after = pages % 2 === 0 ? read!.paging.next.after : Number(read!.paging.next.after);
      }
      expect(numbers(seen)).toEqual(numbers(contacts));
    },
  );

  test.each(['v3', 'v4'])('is read to its end by the links of %s', async (version) => {
    const { results } = await app.ok<Read>(
      'POST',
      `/crm/${version}/associations/companies/contacts/batch/read`,
      {
        inputs: [{ id: company }],
      },
    );
    const seen = results[0]!.to.map(({ id, toObjectId }) => (id ?? toObjectId)!);
    for (let next = results[0]!.paging?.next; next;) {
      expect(next.link.startsWith(`${app.url}/crm/${version}/`)).toBe(true);
      const page = await app.ok<Ids>('GET', next.link.slice(app.url.length));
      seen.push(
        ...page.results.map((one) => one.id ?? (one as unknown as { toObjectId: string }).toObjectId),
      );
      next = page.paging?.next;
    }
    expect(numbers(seen)).toEqual(numbers(contacts));
  });

  test('shares an answer with others by a shorter page each', async () => {
    const others = await records('companies', 99);
    const inputs = [company, ...others].map((id) => ({ id }));
    for (const version of ['v3', 'v4']) {
      const { results } = await app.ok<Read>(
        ...['POST', `/crm/${version}/associations/companies/contacts/batch/read`],
        { inputs },
      );
      expect(results).toHaveLength(1);
      expect(results[0]!.to).toHaveLength(200);
      expect(results[0]!.paging).toBeDefined();
    }
  });
});

test('the prefix that later clients use leads to the same', async () => {
  const [contact, company] = [await record('contacts'), await record('companies')];
  const base = '/crm/associations/v4/contacts/companies';
  const inputs = [{ from: { id: contact }, to: { id: company } }];
  await app.ok('POST', `${base}/batch/associate/default`, { inputs });
  const { results } = await app.ok<Read>('POST', `${base}/batch/read`, { inputs: [{ id: contact }] });
  expect(results[0]!.to.map(({ toObjectId }) => toObjectId)).toEqual([company]);
  expect(await app.ok('GET', `${base}/labels`)).toEqual(
    await app.ok('GET', '/crm/v4/associations/contacts/companies/labels'),
  );
});

describe('a search by associations', () => {
  const filter = (propertyName: string, operator: string, more: object = {}) => ({
    ...{ propertyName, operator },
    ...more,
  });
  const asked = (...filters: object[]) => ({ filterGroups: [{ filters }] });
  const search = (type: string, body: object, as = {}) =>
    app.api<{ total: number; results: readonly { id: string }[]; message: string; category: string }>(
      ...(['POST', `${objects}/${type}/search`, body, as] as const),
    );
  const found = async (type: string, ...filters: object[]) => {
    const { status, body } = await search(type, asked(...filters));
    expect([status, body.total]).toEqual([200, body.results.length]);
    return numbers(body.results.map(({ id }) => id));
  };
  const associate = (from: string, id: string, to: string, toId: string, type: number) =>
    app.ok('PUT', `${objects}/${from}/${id}/associations/${to}/${toId}/${type}`);

  const some = 'found by associations';

  test('finds whom a record is associated with, whatever its type is called, among what else is asked', async () => {
    const [ada, bob, acme] = [await record('contacts'), await record('contacts'), await record('companies')];
    const deals = numbers(await records('deals', 4));
    const made = String(await app.engine.eventStore.head());
    for (const [n, deal] of deals.entries()) {
      await associate('deals', deal, 'contacts', n < 3 ? ada : bob, 3);
      await app.ok('PATCH', `${objects}/deals/${deal}`, {
        properties: { amount: String(n), dealname: some },
      });
    }
    await associate('deals', deals[0]!, 'companies', acme, 5);
    for (const name of ['contact', 'contacts', '0-1', 'CONTACT'])
      expect(await found('deals', filter(`associations.${name}`, 'EQ', { value: ada }))).toEqual(
        deals.slice(0, 3),
      );
    expect(await found('deals', filter('associations.contact', 'IN', { values: [ada, bob, '7'] }))).toEqual(
      deals,
    );
    const more = filter('amount', 'GTE', { value: '1' });
    expect(await found('deals', filter('associations.contact', 'EQ', { value: ada }), more)).toEqual(
      deals.slice(1, 3),
    );
    expect(await found('contacts', filter('associations.deal', 'EQ', { value: Number(deals[3]) }))).toEqual([
      bob,
    ]);
    // By one association type: the label, seen from the deal.
    expect(await found('deals', filter('associations.company.5', 'EQ', { value: acme }))).toEqual([deals[0]]);
    expect(await found('deals', filter('associations.contact', 'EQ', { value: '7' }))).toEqual([]);
    const pages: string[] = [];
    for (let after: string | undefined; ;) {
      const { body } = await app.api<Ids & { total: number }>('POST', `${objects}/deals/search`, {
        ...asked(filter('associations.contact', 'EQ', { value: ada })),
        ...{ sorts: ['-amount'], limit: 2, ...(after !== undefined && { after }) },
      });
      expect(body.total).toBe(3);
      pages.push(...body.results.map(({ id }) => id));
      after = body.paging?.next.after;
      if (after === undefined) break;
    }
    expect(pages).toEqual(deals.slice(0, 3).reverse());

    await app.ok('DELETE', `${objects}/contacts/${bob}`);
    expect(await found('deals', filter('associations.contact', 'IN', { values: [bob] }))).toEqual([]);
    await app.ok('POST', '/recycle-bin/v1/contacts/restore', { ids: [bob] });
    expect(await found('deals', filter('associations.contact', 'IN', { values: [bob] }))).toEqual([deals[3]]);
    // Whether there are any is told by live records alone.
    const mine = filter('dealname', 'EQ', { value: some });
    const before = String(await app.engine.eventStore.head());
    const having = (operator: string, more = {}) =>
      found('deals', mine, filter('associations.contact', operator, more));
    expect(await having('HAS_PROPERTY')).toEqual(deals);
    expect(await having('NOT_IN', { values: [ada] })).toEqual([deals[3]]);
    await app.ok('DELETE', `${objects}/contacts/${ada}`);
    expect(await having('HAS_PROPERTY')).toEqual([deals[3]]);
    expect(await having('NOT_HAS_PROPERTY')).toEqual(deals.slice(0, 3));
    await app.ok('POST', '/recycle-bin/v1/contacts/restore', { ids: [ada] });
    await app.ok('DELETE', `${objects}/deals/${deals[3]}/associations/contacts/${bob}/3`);
    expect(await having('NEQ', { value: bob })).toEqual(deals.slice(0, 3));
    expect(await having('NOT_HAS_PROPERTY')).toEqual([deals[3]]);
    const withBob = asked(mine, filter('associations.contact', 'EQ', { value: bob }));
    const then = await search('deals', { ...withBob, asOf: before });
    expect(then.body.results.map(({ id }) => id)).toEqual([deals[3]]);
    await associate('deals', deals[3]!, 'contacts', bob, 3);

    // Jobs understand the same filters.
    const rows = await rowsOf(app, exportBody('DEAL', ['dealname'], { publicCrmSearchRequest: withBob }));
    expect(rows.slice(1)).toEqual([[deals[3], some]]);
    const plan = await new Restoring(() => app).plan({
      ...{ source: { asOf: made }, objects: [{ objectType: 'deals', properties: ['amount'], ...withBob }] },
    });
    expect(plan.summary).toMatchObject({ records: 1 });
    await app.ok('DELETE', `${objects}/deals/${deals[3]}`);
    const bin = new Bin(() => app);
    const job = (await bin.restore('deals', withBob)).body;
    expect((await bin.ended(job.id)).outcomes).toMatchObject({ restored: 1 });

    await app.ok('POST', `${objects}/contacts/merge`, { primaryObjectId: bob, objectIdToMerge: ada });
    // The id of the merged record stands for its survivor.
    for (const value of [ada, bob])
      expect(await found('deals', filter('associations.contact', 'EQ', { value }))).toEqual(deals);
  });

  test.each([
    ['associations.contcat', 'EQ', { value: '1' }, 'did you mean associations.contact?'],
    ['association.contact', 'EQ', { value: '1' }, 'did you mean associations.contact?'],
    ['associations.contact.4', 'EQ', { value: '1' }, 'did you mean 3 (deal_to_contact'],
    ['associations.contact', 'EQ', { value: 'ada@example.com' }, 'value must be the id of a record'],
    ['associations.contact', 'IN', { values: ['1', '01'] }, 'values[1] must be the id of a record'],
    ['associations.contact', 'IN', {}, 'values are missing'],
    ['associations.contact', 'NOT_CONTAINS_TOKEN', { value: '1' }, 'use one of EQ, NEQ, IN'],
  ])('refuses what does not fit by its name: %s %s', async (name, operator, more, says) => {
    const { status, body } = await search('deals', asked(filter(name, operator, more)));
    expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR']);
    expect(body.message).toContain(says);
    expect(body.message).toContain(name);
    expect(body.message).not.toContain('ada@');
  });

  test('tells nobody of records of a type that they may not read', async () => {
    const [contact, deal] = [await record('contacts'), await record('deals')];
    await associate('deals', deal, 'contacts', contact, 3);
    const key = { name: 'deals', scopes: ['crm.objects.deals.read'] };
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', key);
    const as = { authorization: `Bearer ${token}` };
    const { status, body } = await search(
      'deals',
      asked(filter('associations.contact', 'EQ', { value: '1' })),
      as,
    );
    expect([status, body.category]).toEqual([403, 'MISSING_SCOPES']);
    expect(body.message).toContain('crm.objects.contacts.read');
    // Who may read them and view their own alone is told of no others.
    const own = { roleId: await ownContacts() };
    const { as: rep } = await personIn(app, own);
    const refused = await search('deals', asked(filter('associations.contact', 'HAS_PROPERTY')), rep);
    expect([refused.status, refused.body.category]).toEqual([403, 'FORBIDDEN']);
    expect(refused.body.message).toContain('ask by EQ or IN');
    const theirs = await search(
      'deals',
      asked(filter('associations.contact', 'EQ', { value: contact })),
      rep,
    );
    expect([theirs.status, theirs.body.total]).toEqual([200, 0]);
  });
});

/** A role that views all records but contacts, of which it views those of the person. */
async function ownContacts(): Promise<string> {
  const all = { view: 'all', edit: 'all', delete: 'all' };
  const records = { default: all, contacts: { ...all, view: 'own', edit: 'own', delete: 'own' } };
  return (
    await app.ok('POST', '/settings/v3/users/roles', {
      name: 'Own contacts',
      permissions: { records, allows: [] },
    })
  ).id;
}
