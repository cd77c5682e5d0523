import { Client } from '@hubspot/api-client';
import { App, startApp } from '../support/app';

let app: App;
let client: Client;
beforeAll(async () => {
  app = await startApp();
  client = new Client({ accessToken: app.admin.token, basePath: app.url, limiterOptions: { minTime: 0 } });
});
afterAll(() => app.close());

/** What the five clients have in common. */
const apis = () => ({
  contacts: { api: client.crm.contacts, name: 'firstname' },
  companies: { api: client.crm.companies, name: 'name' },
  deals: { api: client.crm.deals, name: 'dealname' },
  tickets: { api: client.crm.tickets, name: 'subject' },
  products: { api: client.crm.products, name: 'name' },
});

type Type = keyof ReturnType<typeof apis>;

describe.each<Type>(['contacts', 'companies', 'deals', 'tickets', 'products'])(
  "HubSpot's own client, %s",
  (type) => {
    const of = () => {
      const { api, name } = apis()[type];
      // Their types differ by name only.
      return { api: api as typeof client.crm.companies, name };
    };

    test('creates, gets, updates and archives', async () => {
      const { api, name } = of();
      const { id, createdAt } = await api.basicApi.create({
        properties: { [name]: 'First' },
        associations: [],
      });
      expect(createdAt).toBeInstanceOf(Date);
      const got = await api.basicApi.getById(id, [name], [name]);
      expect(got.properties[name]).toBe('First');
      expect(got.propertiesWithHistory?.[name]?.[0]?.value).toBe('First');
      const updated = await api.basicApi.update(id, { properties: { [name]: 'Second' } });
      expect(updated.properties[name]).toBe('Second');
      await api.basicApi.archive(id);
      await expect(api.basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
      expect((await api.basicApi.getById(id, undefined, undefined, undefined, true)).archived).toBe(true);
    });

    test('works in batches', async () => {
      const { api, name } = of();
      const inputs = ['a', 'b', 'c'].map((value) => ({ properties: { [name]: value }, associations: [] }));
      const created = await api.batchApi.create({ inputs });
      expect([created.status, created.results.map(({ properties }) => properties[name])]).toEqual([
        'COMPLETE',
        ['a', 'b', 'c'],
      ]);
      const ids = created.results.map(({ id }) => ({ id }));
      await api.batchApi.update({ inputs: ids.map(({ id }) => ({ id, properties: { [name]: 'z' } })) });
      const read = await api.batchApi.read({ inputs: ids, properties: [name], propertiesWithHistory: [] });
      expect(read.results.map(({ properties }) => properties[name])).toEqual(['z', 'z', 'z']);
      await api.batchApi.archive({ inputs: ids });
      const gone = await api.batchApi.read({ inputs: ids, properties: [], propertiesWithHistory: [] });
      expect(gone).toMatchObject({ results: [], numErrors: 1 });
    });

    test('searches', async () => {
      const { api, name } = of();
      const { id } = await api.basicApi.create({
        properties: { [name]: `Unheard-of ${type}` },
        associations: [],
      });
      const found = await api.searchApi.doSearch({
        filterGroups: [
          { filters: [{ propertyName: name, operator: 'EQ' as never, value: `Unheard-of ${type}` }] },
        ],
        properties: [name],
        sorts: ['-createdate'],
        limit: 10,
        after: '0',
      });
      expect([found.total, found.results[0]?.id]).toEqual([1, id]);
    });
  },
);

test("HubSpot's own client defines properties", async () => {
  const { coreApi, batchApi, groupsApi } = client.crm.properties;
  const definition = {
    name: 'favourite_colour',
    label: 'Favourite colour',
    type: 'enumeration' as never,
    fieldType: 'select' as never,
    groupName: 'contactinformation',
    options: [{ label: 'Red', value: 'red', hidden: false, displayOrder: 0 }],
  };
  expect((await coreApi.create('contacts', definition)).createdAt).toBeInstanceOf(Date);
  expect((await coreApi.update('contacts', 'favourite_colour', { label: 'Colour' })).label).toBe('Colour');
  expect((await coreApi.getByName('contacts', 'favourite_colour')).options).toHaveLength(1);
  const all = await coreApi.getAll('contacts');
  expect(all.results.map(({ name }) => name)).toEqual(expect.arrayContaining(['email', 'favourite_colour']));
  await batchApi.archive('contacts', { inputs: [{ name: 'favourite_colour' }] });
  await expect(coreApi.getByName('contacts', 'favourite_colour')).rejects.toMatchObject({ code: 404 });
  expect((await groupsApi.getAll('contacts')).results).toHaveLength(1);
});

test('a refusal reaches the caller of the client whole', async () => {
  const email = 'taken@example.com';
  const { id } = await client.crm.contacts.basicApi.create({ properties: { email }, associations: [] });
  await expect(
    client.crm.contacts.basicApi.create({ properties: { email }, associations: [] }),
  ).rejects.toMatchObject({
    code: 409,
    body: { category: 'CONFLICT', message: `Contact already exists. Existing ID: ${id}` },
  });
});

test('paging through more than 10,000 records has no holes and no repeats while they change', async () => {
  const batches = 101;
  const ids: string[] = [];
  const batch = async (n: number) => {
    const inputs = Array.from({ length: 100 }, (_, i) => ({
      properties: { hs_call_title: `call ${n * 100 + i}`, hs_call_duration: String(i) },
      associations: [],
    }));
    const created = await client.crm.objects.batchApi.create('calls', { inputs });
    ids.push(...created.results.map(({ id }) => id));
  };
  for (let n = 0; n < batches; n += 4)
    await Promise.all([n, n + 1, n + 2, n + 3].filter((one) => one < batches).map(batch));
  const seen: string[] = [];
  const archived = new Set<string>();
  for (let after: string | undefined; ;) {
    const page = await client.crm.objects.basicApi.getPage('calls', 100, after);
    seen.push(...page.results.map(({ id }) => id));
    after = page.paging?.next?.after;
    if (after === undefined) break;
    // Somebody changes what was shown and archives what is still to come.
    if (seen.length % 1_000 === 0) {
      await client.crm.objects.basicApi.update('calls', seen[0]!, {
        properties: { hs_call_title: `at ${after}` },
      });
      const ahead = [...ids].sort().at(-1 - archived.size)!;
      await client.crm.objects.basicApi.archive('calls', ahead);
      archived.add(ahead);
    }
  }
  expect(seen).toEqual(ids.filter((id) => !archived.has(id)).sort());
  const found: string[] = [];
  for (let after = '0'; ;) {
    const page = await client.crm.objects.searchApi.doSearch('calls', {
      filterGroups: [],
      properties: ['hs_call_duration'],
      sorts: ['-hs_call_duration'],
      limit: 200,
      after,
    });
    expect(page.total).toBe(seen.length);
    found.push(...page.results.map(({ id }) => id));
    const next = page.paging?.next?.after;
    if (next === undefined) break;
    after = next;
  }
  expect(new Set(found).size).toBe(found.length);
  expect([...found].sort()).toEqual(seen);
}, 120_000);
