// Associations in HubSpot's older API, where types are named by a word: one by one, and more of one record than an
// answer holds.
import { ownLog, startApp, type App } from '../../support/servers/app';

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
