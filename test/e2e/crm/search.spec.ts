import { randomUUID } from 'node:crypto';
import { App, startApp, type AnyJson } from '../../support/servers/app';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const objects = '/crm/v3/objects';
const BATCH = 100;
/** Of this run alone. */
const own = randomUUID().slice(0, 8);

interface RecordJson extends AnyJson {
  readonly properties: Record<string, string | null>;
}
interface Found {
  readonly total: number;
  readonly results: readonly RecordJson[];
  readonly paging?: { readonly next: { readonly after: string } };
}
type Values = Readonly<Record<string, string>>;

const search = (type: string, body: object) => app.ok<Found>('POST', `${objects}/${type}/search`, body);
const one = (propertyName: string, operator: string, more: object) => ({
  filterGroups: [{ filters: [{ propertyName, operator, ...more }] }],
});

async function create(type: string, values: readonly Values[]): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < values.length; from += BATCH) {
    const inputs = values.slice(from, from + BATCH).map((properties) => ({ properties }));
    const { results } = await app.ok('POST', `${objects}/${type}/batch/create`, { inputs });
    ids.push(...results.map(({ id }) => id));
  }
  return ids;
}

describe('a search while others write', () => {
  const dealOf = (n: number, amount: string) => ({ dealname: `deal ${n % 40}`, amount, description: own });
  let staying: string[];
  beforeAll(async () => {
    staying = await create(
      'deals',
      Array.from({ length: 300 }, (_, i) => dealOf(i, String(i))),
    );
  });

  test.each([
    ['by their ids', []],
    ['by a name that does not change', [{ propertyName: 'dealname', direction: 'DESCENDING' }]],
    ['by a name, among those of a changing amount', [{ propertyName: 'dealname', direction: 'ASCENDING' }]],
  ])('sees every record that is there all the while exactly once, %s', async (_, sorts) => {
    let writing = true;
    const writer = async (own: number) => {
      for (let round = 0; writing; round++) {
        const id = staying[(round * 7 + own * 97) % staying.length]!;
        await app.ok('PATCH', `${objects}/deals/${id}`, { properties: { amount: String(round) } });
        const [passing] = await create('deals', [dealOf(round, '1')]);
        if (round % 2 === 0) await app.ok('DELETE', `${objects}/deals/${passing}`);
      }
    };
    const writers = [writer(0), writer(1), writer(2)];
    const seen: string[] = [];
    try {
      for (let after: string | undefined; ;) {
        const filters = [
          { propertyName: 'description', operator: 'EQ', value: own },
          { propertyName: 'amount', operator: 'GTE', value: '0' },
        ];
        const body = { filterGroups: [{ filters }], sorts, limit: 20, ...(after !== undefined && { after }) };
        const page = await search('deals', body);
        expect(page.total).toBeGreaterThanOrEqual(staying.length);
        seen.push(...page.results.map(({ id }) => id));
        after = page.paging?.next.after;
        // The end of the ids keeps moving away: what came after the search began need not be seen.
        if (after === undefined || seen.length > 1_000) break;
      }
    } finally {
      writing = false;
      await Promise.all(writers);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(staying.filter((id) => !seen.includes(id))).toEqual([]);
  });
});

test('a custom object is found by its unique and its searchable properties', async () => {
  const machine = `machine_${own}`;
  await app.ok('POST', '/crm-object-schemas/v3/schemas', {
    name: machine,
    labels: { singular: 'Machine', plural: 'Machines' },
    primaryDisplayProperty: 'model',
    requiredProperties: ['serial'],
    searchableProperties: ['model'],
    properties: [
      { name: 'serial', label: 'Serial', type: 'string', fieldType: 'text', hasUniqueValue: true },
      { name: 'model', label: 'Model', type: 'string', fieldType: 'text' },
      { name: 'colour', label: 'Colour', type: 'string', fieldType: 'text' },
    ],
    associatedObjects: [],
  });
  const [first, second, third] = await create(machine, [
    { serial: 'A-1', model: 'Ångström 9', colour: 'Red' },
    { serial: 'A-2', model: 'Volta', colour: 'RED' },
    { serial: 'B-2', model: 'Angular', colour: 'blue' },
  ]);
  const found = async (body: object) => {
    const { total, results } = await search(machine, body);
    expect(total).toBe(results.length);
    return results.map(({ id }) => id);
  };
  expect(await found(one('serial', 'EQ', { value: 'a-1' }))).toEqual([first]);
  expect(await found(one('serial', 'IN', { values: ['a-2', 'B-2', 'C-3'] }))).toEqual([second, third]);
  expect(await found(one('serial', 'EQ', { value: 'C-3' }))).toEqual([]);
  expect(await found(one('serial', 'NEQ', { value: 'A-1' }))).toEqual([second, third]);
  expect(await found(one('colour', 'EQ', { value: 'red' }))).toEqual([first, second]);
  expect(await found({ query: 'ÅNGSTR' })).toEqual([first]);
  // Not searchable.
  expect(await found({ query: 'blue' })).toEqual([]);
  const { results, ...rest } = await app.ok('GET', `${objects}/${machine}/search/indexes`);
  expect(results).toContainEqual({ name: 'serial', indexedBy: 'uniqueValue', operators: ['EQ', 'IN'] });
  expect(results.map(({ name }) => name)).not.toContain('colour');
  expect(rest).toEqual({ searchableProperties: ['model', 'hs_object_id'] });
});

test('it can be asked which properties are indexed', async () => {
  const { results } = await app.ok('GET', `${objects}/contacts/search/indexes`);
  const indexed = new Map(results.map(({ name, indexedBy }) => [name, indexedBy]));
  // Others may have defined unique ones.
  expect(Object.fromEntries(indexed)).toMatchObject({
    hs_object_id: 'id',
    ...{ email: 'index', phone: 'index', lastname: 'index', company: 'index' },
    ...{ createdate: 'index', hs_lastmodifieddate: 'index', lastmodifieddate: 'index' },
  });
});

test('a wrong filter is refused with its place, its property and its operator', async () => {
  const filterGroups = [
    { filters: [{ propertyName: 'dealname', operator: 'HAS_PROPERTY' }] },
    { filters: [{ propertyName: 'amount', operator: 'GT', value: 'much' }] },
  ];
  const { status, body } = await app.api('POST', `${objects}/deals/search`, { filterGroups });
  expect(status).toBe(400);
  expect(body.message).toBe(
    "The value of the filter GT on 'amount' does not fit type number (filterGroups[1].filters[0])",
  );
  expect(body.errors).toEqual([expect.objectContaining({ in: 'filterGroups[1].filters[0]' })]);
});

test('whoever searches and else creates finds what is there, however it is written', async () => {
  const email = `${own}.Z\u00fcrich@B\u00fccher.example`;
  const clean = `${own}.z\u00fcrich@xn--bcher-kva.example`;
  const phone = ` +41 (44) ${own.replace(/\D/g, '7').padEnd(8, '1')} `;
  const digits = phone.replace(/\D/g, '');
  const [id] = await create('contacts', [{ email: `\ufeff ${email} `, phone, mobilephone: phone }]);
  const { properties } = await app.ok<RecordJson>(
    'GET',
    `${objects}/contacts/${id}?properties=email,phone,mobilephone`,
  );
  expect(properties).toMatchObject({ email: clean, phone: phone.trim(), mobilephone: phone.trim() });
  const found = async (body: object) => (await search('contacts', body)).results.map((record) => record.id);
  for (const value of [email.toUpperCase(), ` ${clean}`, email.normalize('NFD')]) {
    expect(await found(one('email', 'EQ', { value }))).toEqual([id]);
    expect((await app.api('POST', `${objects}/contacts`, { properties: { email: value } })).status).toBe(409);
    const path = `${objects}/contacts/${encodeURIComponent(value)}?idProperty=email`;
    expect((await app.ok('GET', path)).id).toBe(id);
    const inputs = [{ idProperty: 'email', id: value, properties: { city: own } }];
    const { results } = await app.ok('POST', `${objects}/contacts/batch/upsert`, { inputs });
    expect(results.map((record) => record.id)).toEqual([id]);
  }
  for (const name of ['phone', 'mobilephone'])
    expect(await found(one(name, 'EQ', { value: `+${digits}` }))).toEqual([id]);
  expect(await found({ query: digits })).toEqual([id]);
  expect(await found({ query: digits.slice(2) })).toEqual([id]);
  expect(await found({ query: `+${digits.slice(0, 8)} ${own}` })).toEqual([id]);
  const refused = await app.api('POST', `${objects}/contacts`, {
    properties: { email: `${own} no address` },
  });
  expect(refused.body.errors).toEqual([expect.objectContaining({ code: 'INVALID_EMAIL' })]);
});
