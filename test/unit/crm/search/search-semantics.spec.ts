// What the operators of a search mean, said as plainly as can be, against all ways in which a search is answered.
import fc from 'fast-check';
import { Query } from 'mingo';
import { formsOf, keysOf } from '../../../../src/crm/search/search-key.vocabulary';
import { records, type RecordDocument } from '../../../../projections/crm/records';
import { numberOf, recordDocumentId } from '../../../../src/crm/records/record.vocabulary';
import { collectionOf } from '../../../../projections/projection';
import type { PropertyDefinition } from '../../../../src/crm/properties/property.events';
import { searchFilter, searchSort } from '../../../../src/crm/search/search';
import type { SearchFilter, SearchOperator } from '../../../../src/crm/search/filter-groups';
import { standardProperties } from '../../../../src/crm/properties/standard-properties';
import { EmbeddedDocumentStore } from '../../../../src/read/stores/embedded/document-store';
import { matcher } from '../../../../src/read/filters/matcher';
import { temporaryFolder } from '../../../support/read-side';
import { FaultsSeen } from '../../../support/faults-seen';

type Values = Readonly<Record<string, string>>;

const custom = (name: string, more: Partial<PropertyDefinition>): [string, PropertyDefinition] => [
  name,
  { ...standardProperties('deals').get('dealname')!, name, ...more },
];
const definitions: ReadonlyMap<string, PropertyDefinition> = new Map([
  ...standardProperties('deals'),
  custom('topics', { type: 'enumeration', fieldType: 'checkbox' }),
  custom('code', { hasUniqueValue: true }),
  custom('line', { fieldType: 'phonenumber' }),
  custom('day', { type: 'date', fieldType: 'date' }),
]);

const pools: Readonly<Record<string, readonly string[]>> = {
  amount: ['1', '1.0', '2', '10', '-3', '2.5'],
  // Has an index, and has none.
  dealname: ['a', 'B', 'b', 'a b', 'A-B', 'b c a', 'ab', '10', '9', 'Å b', 'å', 'a%', 'a_', 'x'.repeat(250)],
  description: ['a', 'B', 'b', 'a b', 'A-B', 'b c a', 'ab', '10', '9', 'Å b', 'å', 'a%', 'a_', 'ǅ'],
  closedate: ['2024-05-01T10:00:00.000Z', '2024-05-01T10:00:00.001Z', '2023-12-31T00:00:00.000Z'],
  day: ['2024-05-01', '2024-04-30', '1999-01-01'],
  topics: ['x', 'y', 'x;y', 'y;x', 'x;y;z', 'xy'],
  code: ['a', 'A', 'b', 'a b', 'e\u0301', '\u00c9'],
  line: ['+1 (5) 10', '+1510', '1510', '15-10', '(+15)10', 'desk', 'DESK', '10+15', '1-5-1'],
};
const words = ['a', 'B', 'b', 'ab', 'Å', 'a%', '10', 'a b', 'a*', '*b'];

type Kind = 'number' | 'time' | 'text' | 'several' | 'phone';
const kinds: Readonly<Record<string, Kind>> = {
  ...{ amount: 'number', dealname: 'text', description: 'text' },
  ...{ closedate: 'time', day: 'time', topics: 'several', code: 'text', line: 'phone' },
};

const dialled = (value: string): string =>
  (value.indexOf('+') >= 0 && value.indexOf('+') < value.search(/\d/) ? '+' : '') + value.replace(/\D/g, '');
const same = (kind: Kind, one: string, other: string): boolean => {
  const parts = (text: string) => text.toUpperCase().split(';').sort().join(';');
  if (kind === 'number') return Number(one) === Number(other);
  if (kind === 'several') return parts(one) === parts(other);
  const text = (value: string) => value.normalize('NFC').toUpperCase();
  if (kind === 'phone' && /\d/.test(one + other)) return dialled(one) === dialled(other);
  return kind === 'text' || kind === 'phone' ? text(one) === text(other) : one === other;
};
const below = (kind: Kind, one: string, other: string): boolean =>
  kind === 'number' ? Number(one) < Number(other) : Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;

function holdsWord(text: string, token: string): boolean {
  const own: string[] = text.toUpperCase().match(/[0-9A-Za-z\u0080-\uffff]+/g) ?? [];
  const whole = token.toUpperCase();
  const letters = /^[0-9A-Za-z\u0080-\uffff]+$/;
  const bare = whole.replace(/^\*|\*$/g, '');
  // A token that is no word by itself stands anywhere between edges.
  if (!letters.test(bare))
    return new RegExp(
      `(^|[^0-9A-Z\\u0080-\\uffff])${bare.replace('%', '\\%')}([^0-9A-Z\\u0080-\\uffff]|$)`,
    ).test(text.toUpperCase());
  if (whole.endsWith('*')) return own.some((word) => word.startsWith(bare));
  if (whole.startsWith('*')) return own.some((word) => word.endsWith(bare));
  return own.includes(bare);
}

/** Of a record without the value only NOT_HAS_PROPERTY is true. */
function naive(
  values: Values,
  { propertyName, operator, value = '', highValue = '', values: some = [] }: SearchFilter,
): boolean {
  const own = values[propertyName];
  const kind = kinds[propertyName]!;
  if (own === undefined) return operator === 'NOT_HAS_PROPERTY';
  const equal = (other: string) => same(kind, own, other);
  const among = () =>
    kind === 'several'
      ? some.some((one) => own.split(';').some((chosen) => one.split(';').includes(chosen)))
      : some.some(equal);
  const less = (other: string) => below(kind, own, other);
  const more = (other: string) => below(kind, other, own);
  const tokens = () => value.split(' ').every((token) => holdsWord(own, token));
  const meaning: Record<SearchOperator, () => boolean> = {
    EQ: () => equal(value),
    NEQ: () => !equal(value),
    LT: () => less(value),
    LTE: () => !more(value),
    GT: () => more(value),
    GTE: () => !less(value),
    BETWEEN: () => !less(value) && !more(highValue),
    IN: among,
    NOT_IN: () => !among(),
    HAS_PROPERTY: () => true,
    NOT_HAS_PROPERTY: () => false,
    CONTAINS_TOKEN: tokens,
    NOT_CONTAINS_TOKEN: () => !tokens(),
  };
  return meaning[operator]();
}

const operators: SearchOperator[] = ['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN'];
const presence: SearchOperator[] = ['HAS_PROPERTY', 'NOT_HAS_PROPERTY'];
const filters = fc.constantFrom(...Object.keys(pools)).chain((propertyName): fc.Arbitrary<SearchFilter> => {
  const operand = fc.constantFrom(...pools[propertyName]!);
  const general = fc.record({
    propertyName: fc.constant(propertyName),
    operator: fc.constantFrom(...operators, ...presence),
    value: operand,
    highValue: operand,
    values: fc.array(operand, { minLength: 1, maxLength: 3 }),
  });
  if (kinds[propertyName] !== 'text') return general;
  const tokens = fc.record({
    propertyName: fc.constant(propertyName),
    operator: fc.constantFrom<SearchOperator[]>('CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'),
    value: fc.constantFrom(...words),
  });
  return fc.oneof({ weight: 2, arbitrary: general }, tokens);
});
const groups = fc.array(fc.record({ filters: fc.array(filters, { minLength: 1, maxLength: 6 }) }), {
  maxLength: 5,
});
const bodies = fc.array(
  fc.record(
    Object.fromEntries(Object.entries(pools).map(([name, pool]) => [name, fc.constantFrom(...pool)])),
    { requiredKeys: [] },
  ),
  { maxLength: 12 },
);
const sorts = fc.array(
  fc.record({
    propertyName: fc.constantFrom(...Object.keys(pools)),
    direction: fc.constantFrom<('ASCENDING' | 'DESCENDING')[]>('ASCENDING', 'DESCENDING'),
  }),
  { maxLength: 2 },
);

const deal = (values: Values, index: number): RecordDocument => ({
  ...{
    id: recordDocumentId('deals', String(1e15 + index)),
    objectType: 'deals',
    recordId: String(1e15 + index),
    values,
  },
  numbers: Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const number = numberOf(value);
      return number === undefined ? [] : [[name, number]];
    }),
  ),
  forms: formsOf(values),
  keys: keysOf('deals', values),
  ...{ createdAt: '', updatedAt: '', archived: false, archivedAt: null, archivedBy: null, revision: 0 },
});

type Group = { readonly filters: readonly SearchFilter[] };
const expectedOf = (documents: readonly RecordDocument[], filterGroups: readonly Group[]) =>
  documents.filter(
    ({ values }) =>
      filterGroups.length === 0 ||
      filterGroups.some(({ filters: all }) => all.every((one) => naive(values, one))),
  );

test('a search finds what its operators say, by both ways of reading a filter', () => {
  fc.assert(
    fc.property(bodies, groups, (some, filterGroups) => {
      const documents = some.map((values, i) => deal(values as Values, i));
      const found = searchFilter('deals', definitions, { filterGroups });
      const expected = expectedOf(documents, filterGroups);
      expect(documents.filter(matcher(found))).toEqual(expected);
      const mingo = new Query(found);
      expect(documents.filter((document) => mingo.test(document as never))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('the embedded store answers it with total and in order, page by page, whatever is indexed', async () => {
  const folder = await temporaryFolder();
  const store = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  let made = 0;
  await fc.assert(
    fc.asyncProperty(bodies, groups, sorts, fc.boolean(), async (some, filterGroups, sorted, indexed) => {
      const documents = some.map((values, i) => deal(values as Values, i));
      const name = `records_v${++made}`;
      await store.ensure({ ...collectionOf(records), name }, indexed ? 'now' : 'later');
      const writes = documents.map((doc) => ({ id: doc.id, stamp: 1n, loaded: undefined, doc }));
      await store.write(name, writes, { name, from: undefined, to: 1n });
      const filter = searchFilter('deals', definitions, { filterGroups });
      const sort = searchSort('deals', definitions, sorted);
      const ids: string[] = [];
      const expected = expectedOf(documents, filterGroups);
      for (let after: string | undefined; ;) {
        const page = await store.find<RecordDocument>(name, {
          ...{ filter, sort, limit: 5, total: true },
          ...(after !== undefined && { after }),
        });
        expect(page.total).toBe(expected.length);
        ids.push(...page.docs.map(({ id }) => id));
        after = page.next;
        if (after === undefined) break;
      }
      expect([...ids].sort()).toEqual(expected.map(({ id }) => id));
      const [first] = sorted;
      const shown = ids.map(
        (id) => documents.find((one) => one.id === id)!.values[first?.propertyName ?? 'amount'],
      );
      for (const [i, value] of shown.entries()) {
        const before = shown[i - 1];
        if (!first || i === 0 || before === value) continue;
        // Missing ones come first, upwards.
        const rising =
          before === undefined || (value !== undefined && !below(kinds[first.propertyName]!, value, before));
        const falling =
          value === undefined || (before !== undefined && !below(kinds[first.propertyName]!, before, value));
        expect(first.direction === 'ASCENDING' ? rising : falling).toBe(true);
      }
      await store.drop(name);
    }),
    { numRuns: 120 },
  );
  await store.close();
  await folder.remove();
});
