// What one request may ask for: at each bound it is answered, beyond it the refusal names the bound.
import { randomUUID } from 'node:crypto';
import { App, startApp, type AnyJson } from '../../support/servers/app';

let app: App;
let id: string;
const contacts = '/crm/v3/objects/contacts';
/** Of this run alone. */
const own = `text_${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  app = await startApp();
  await app.ok('POST', '/crm/v3/properties/contacts', {
    ...{ name: own, label: own, type: 'string', fieldType: 'text', groupName: 'contactinformation' },
  });
  ({ id } = await app.ok('POST', contacts, { properties: { firstname: 'Ada', [own]: 'x'.repeat(65_536) } }));
});
afterAll(() => app.close());

const many = <T>(count: number, one: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => one(n));
const names = (count: number) => many(count, (n) => `made_up_${n}`);
const filter = (operator: string, more: object, propertyName = own) => ({
  filters: [{ propertyName, operator, ...more }],
});
const long = (length: number) => filter('EQ', { value: 'x'.repeat(length) });
const six = (value: string) => ({
  filters: many(6, () => ({ propertyName: own, operator: 'NEQ', value })),
});
const parts = (count: number) => many(count, (n) => `p${n}`).join(';');

interface Bound {
  readonly what: string;
  readonly path: string;
  readonly most: number;
  /** A body that asks for so many. */
  readonly body: (count: number) => object;
}

const search = `${contacts}/search`;
const bounds: Bound[] = [
  ...['properties', 'propertiesWithHistory'].map((field) => ({
    ...{ what: `${field} of a batch read`, path: `${contacts}/batch/read`, most: 2_000 },
    body: (count: number) => ({ inputs: [{ id }], [field]: names(count) }),
  })),
  { what: 'properties of a search', path: search, most: 2_000, body: (n) => ({ properties: names(n) }) },
  {
    ...{ what: 'characters of a name', path: `${contacts}/batch/read`, most: 100 },
    body: (count) => ({ inputs: [{ id }], properties: ['x'.repeat(count)] }),
  },
  { what: 'characters of an operand', path: search, most: 65_536, body: long },
  {
    ...{ what: 'characters of all operands', path: search, most: 2_097_152 },
    body: (count) => {
      const values = many(32, () => 'x'.repeat(65_536));
      return filter('IN', { values: count > 2_097_152 ? [...values, 'x'] : values });
    },
  },
  {
    ...{ what: 'values of a filter', path: search, most: 1_000 },
    body: (count) => filter('IN', { values: many(count, String) }),
  },
  {
    ...{ what: 'parts of a value', path: '/crm/v3/objects/tickets/search', most: 1_000 },
    body: (count) => filter('IN', { values: [parts(count)] }, 'hs_ticket_category'),
  },
  {
    ...{ what: 'wildcards of an operand', path: search, most: 50 },
    body: (count) => filter('CONTAINS_TOKEN', { value: many(count + 1, () => 'x').join('*') }),
  },
  {
    ...{ what: 'words of an operand', path: search, most: 50 },
    body: (count) => filter('NOT_CONTAINS_TOKEN', { value: many(count, String).join(' ') }),
  },
  {
    ...{ what: 'words of a search text', path: search, most: 50 },
    body: (count) => ({ query: many(count, String).join(' ') }),
  },
  {
    ...{ what: 'filters of a group', path: search, most: 6 },
    body: (count) => ({
      filterGroups: [{ filters: six('a').filters.concat(count > 6 ? six('b').filters : []) }],
    }),
  },
  {
    ...{ what: 'groups of a search', path: search, most: 5 },
    body: (count) => ({ filterGroups: many(count, () => six('a')) }),
  },
  {
    ...{ what: 'associations of a batch', path: `${contacts}/batch/create`, most: 2_000 },
    body: (count) => ({
      inputs: many(100, (n) => ({
        properties: {},
        associations: many(Math.floor(count / 100) + (n < count % 100 ? 1 : 0), () => ({
          to: { id },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 449 }],
        })),
      })),
    }),
  },
];

test.each(bounds)('$what: $most', async ({ path, most, body }) => {
  const asked = (count: number) => {
    const sent = body(count);
    return 'filters' in sent && !('filterGroups' in sent) ? { filterGroups: [sent] } : sent;
  };
  expect((await app.api('POST', path, asked(most))).status).toBeLessThan(300);
  const refused = await app.api<AnyJson>('POST', path, asked(most + 1));
  expect([refused.status, refused.body.category]).toEqual([400, 'VALIDATION_ERROR']);
  expect(JSON.stringify(refused.body).replaceAll(',', '')).toContain(String(most));
});

test('properties written to one record: 2,000', async () => {
  const properties = Object.fromEntries(names(2_001).map((name) => [name, 'x']));
  for (const [method, path, body] of [
    ['POST', contacts, { properties }],
    ['PATCH', `${contacts}/${id}`, { properties }],
    ['POST', `${contacts}/batch/create`, { inputs: [{ properties }] }],
    ['POST', `${contacts}/batch/update`, { inputs: [{ id, properties }] }],
  ] as const) {
    const refused = await app.api(method, path, body);
    expect([refused.status, refused.body.errors![0]!.message]).toEqual([
      400,
      expect.stringContaining('may name at most 2000 properties'),
    ]);
  }
});

test('histories are given of properties that there are, each once', async () => {
  const read = await app.ok<AnyJson & { results: { propertiesWithHistory: object }[] }>(
    'POST',
    `${contacts}/batch/read`,
    { inputs: [{ id }], propertiesWithHistory: [...names(1_000), ...many(999, () => 'firstname')] },
  );
  expect(Object.keys(read.results[0]!.propertiesWithHistory)).toEqual(['firstname']);
});

test('a value is found by all of its 65,536 characters', async () => {
  const { results } = await app.ok('POST', search, { filterGroups: [long(65_536)] });
  expect(results.map((one) => one.id)).toContain(id);
});

test('a page of the longest values leads to the next', async () => {
  await app.ok('POST', contacts, { properties: { [own]: 'y'.repeat(65_536) } });
  const asked = { sorts: [own], limit: 1, filterGroups: [filter('HAS_PROPERTY', {})] };
  const first = await app.ok('POST', search, asked);
  const next = await app.ok('POST', search, { ...asked, after: first.paging!.next.after });
  expect([first.results[0]!.id, next.results.length]).toEqual([id, 1]);
});
