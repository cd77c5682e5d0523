// Values of any characters, and as long as any that is stored, are searched by every operator alike in both stores: as
// JavaScript tests them.
import { records } from '../../projections/crm/records';
import { collectionOf } from '../../projections/projection';
import { define } from '../../src/crm/properties/standard/definition';
import { standardProperties } from '../../src/crm/properties/standard-properties';
import { LONGEST_VALUE } from '../../src/crm/limits';
import { recordOfDocument } from '../../src/crm/records/record.vocabulary';
import { searchOperators, type SearchFilter } from '../../src/crm/search/filter-groups';
import { canonical } from '../../src/crm/properties/values/values';
import { searchFilter } from '../../src/crm/search/search';
import { documentOf } from '../../src/point-in-time/record-test';
import { matcher } from '../../src/read/filters/matcher';
import { ofEachStore } from './document-stores';

const T = 'deals';
const definitions = new Map([
  ...standardProperties(T),
  ['line', define('', 'phone', 'line', 'Line')] as const,
]);
/** One is indexed, one is not, one is compared by digits. */
const NAMES = ['dealname', 'description', 'line'];

const longest = (unit: string): string =>
  unit.repeat(Math.ceil(LONGEST_VALUE / unit.length)).slice(0, LONGEST_VALUE);
const values = [
  ...[
    'a',
    'A b',
    'ab\0cd',
    'ab',
    'AB\0CD',
    'ab\0xx',
    '\0',
    'cd',
    "it's",
    '"',
    '\\',
    '%',
    '_',
    '*',
    '?',
    '[a]',
    '$^',
  ],
  ...[
    '\u00c9t\u00e9',
    'e\u0301te\u0301',
    '\u{1f600} smile',
    'smile\u{1f600}',
    '\u212a',
    'k',
    '\u017f',
    's',
    '\u00a0x',
    'x\ufeffy',
  ],
  ...[
    '+1 (555) 0100',
    '15550100',
    '1\x005550100',
    '\r\nb',
    'a\nb',
    'line\u2028two',
    '; a;b',
    '\u{10ffff}',
    '\uffff',
  ],
  ...[
    longest('x'),
    `${longest('x').slice(1)}y`,
    longest('Ab\u00e9\u{1f600}').slice(0, -1),
    longest('+0123456789-'),
  ],
  `${longest('x').slice(3)} \0z`,
];

const { name: _, ...shape } = collectionOf(records);

ofEachStore((world) => {
  test.each(NAMES)('%s', async (name) => {
    const docs = values.map((value, n) => {
      const kept = canonical(definitions.get(name)!, value);
      return documentOf({
        ...{ objectType: T, recordId: String(100 + n), values: { [name]: (kept.ok && kept.value) || value } },
        ...{ createdAt: '', updatedAt: '', archived: false, archivedAt: null, revision: 0 },
      });
    });
    const collection = await world.filled(docs, shape);
    const idsOf = (found: readonly { readonly id: string }[]) =>
      found.map(({ id }) => recordOfDocument(id).recordId);
    for (const [n, value] of values.entries())
      for (const operator of searchOperators.filter((one, o) => one === 'EQ' || (o + n) % 4 === 0)) {
        const filter: SearchFilter = {
          ...{ propertyName: name, operator, value, values: [value, values[(n + 1) % values.length]!] },
          highValue: values[(n + 7) % values.length]!,
        };
        const wanted = searchFilter(T, definitions, { filterGroups: [{ filters: [filter] }] });
        const { docs: found, total } = await world.store.find(collection, {
          ...{ filter: wanted, limit: 1_000, total: true },
        });
        const expected = idsOf(docs.filter(matcher(wanted)));
        expect({ operator, n, ids: idsOf(found), total }).toEqual({
          ...{ operator, n, ids: expected, total: expected.length },
        });
        if (operator === 'EQ') expect(expected).toContain(String(100 + n));
      }
    for (const query of ['AB', 'cd', '\u00e9t\u00e9', '\u{1f600}', '0100', '5550', '\0', 'x'.repeat(3_000)]) {
      const wanted = searchFilter(T, definitions, { query }, { searchable: [name] });
      const { docs: found } = await world.store.find(collection, { filter: wanted, limit: 1_000 });
      expect({ query, ids: idsOf(found) }).toEqual({ query, ids: idsOf(docs.filter(matcher(wanted))) });
    }
    const sort = [`-values.${name}`];
    const walked: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await world.store.find(collection, {
        sort,
        limit: 7,
        ...(after !== undefined && { after }),
      });
      walked.push(...idsOf(page.docs));
      if ((after = page.next) === undefined) break;
    }
    expect([...walked].sort()).toEqual(idsOf(docs));
  });
});
