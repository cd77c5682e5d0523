import * as fc from 'fast-check';
import { Query } from 'mingo';
import { standardProperties } from '../../src/crm/standard-properties';
import { searchFilters, searchSort, type SearchFilter, type SearchOperator } from '../../src/crm/search';
import { matcher } from '../../src/read/stores/matcher';
import { numberOf, type RecordDocument } from '../../projections/records';
import { refusalOf } from '../support/spec';

const definitions = standardProperties('deals');

const deal = (recordId: string, values: Record<string, string>): RecordDocument => ({
  id: `deals/${recordId}`,
  objectType: 'deals',
  recordId,
  values: { ...values, hs_object_id: recordId },
  numbers: Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const number = numberOf(value);
      return number === undefined ? [] : [[name, number]];
    }),
  ),
  createdAt: '',
  updatedAt: '',
  archived: false,
  archivedAt: null,
  archivedBy: null,
  revision: 0,
});

const finds = (values: Record<string, string>, filter: SearchFilter): boolean => {
  const found = searchFilters('deals', definitions, { filterGroups: [{ filters: [filter] }] });
  return matcher(found.find)(deal('1000000000000001', values));
};

describe('a search', () => {
  test('compares numbers as numbers, times as times, names as text', () => {
    const on = (propertyName: string, operator: SearchOperator, value: string) => ({
      propertyName,
      operator,
      value,
    });
    expect(finds({ amount: '9' }, on('amount', 'LT', '10'))).toBe(true);
    expect(finds({ amount: '10.0' }, on('amount', 'EQ', '10'))).toBe(true);
    expect(finds({ dealname: '9' }, on('dealname', 'LT', '10'))).toBe(false);
    const closed = { closedate: '2024-05-01T10:00:00.000Z' };
    expect(finds(closed, on('closedate', 'GTE', '1714557600000'))).toBe(true);
    expect(finds(closed, on('closedate', 'GT', '2024-05-01T12:00:00+02:00'))).toBe(false);
  });

  test('a property without a value matches NOT_HAS_PROPERTY only', () => {
    for (const operator of ['EQ', 'NEQ', 'LT', 'GT', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'] as const)
      expect(finds({}, { propertyName: 'dealname', operator, value: 'x' })).toBe(false);
    expect(finds({}, { propertyName: 'dealname', operator: 'NOT_IN', values: ['x'] })).toBe(false);
    expect(finds({}, { propertyName: 'dealname', operator: 'HAS_PROPERTY' })).toBe(false);
    expect(finds({}, { propertyName: 'dealname', operator: 'NOT_HAS_PROPERTY' })).toBe(true);
  });

  test('finds words, in any case, and parts of words with *', () => {
    const contains = (dealname: string, value: string) =>
      finds({ dealname }, { propertyName: 'dealname', operator: 'CONTAINS_TOKEN', value });
    expect(contains('Renewal of GTX Pro', 'gtx')).toBe(true);
    expect(contains('Renewal of GTXPro', 'gtx')).toBe(false);
    expect(contains('Renewal of GTXPro', 'gtx*')).toBe(true);
    expect(contains('ada@example.com', '*@example.com')).toBe(true);
    expect(contains('a (b) [c] 1+1=2', '1+1=2')).toBe(true);
    expect(contains('Größe', 'größe')).toBe(true);
    expect(contains('one two', 'two one')).toBe(true);
    expect(contains('one two', 'two three')).toBe(false);
    expect(contains('renewal', 'r*n*w*l')).toBe(true);
    expect(contains('renewal', 'r*w*n*l')).toBe(false);
    expect(contains('re newal', 'r*n*w*l')).toBe(false);
    expect(contains('banana', 'b*an*a')).toBe(true);
    expect(contains('banana', 'b*n*an')).toBe(false);
  });

  test('gives up soon on many * in a long word', () => {
    const filter = { propertyName: 'dealname', operator: 'CONTAINS_TOKEN', value: `${'a*'.repeat(20)}b` };
    const began = performance.now();
    expect(finds({ dealname: 'a'.repeat(2_000) }, filter as SearchFilter)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('finds a record by id, and orders by id as by text', () => {
    const byId = (operator: SearchOperator, value: string) =>
      finds({}, { propertyName: 'hs_object_id', operator, value });
    expect(byId('EQ', '1000000000000001')).toBe(true);
    expect(byId('GT', '99')).toBe(true);
    expect(byId('LT', '1000000000000001')).toBe(false);
  });

  test('looks for text in the searchable properties, every word of it', () => {
    const search = (query: string) =>
      matcher(searchFilters('deals', definitions, { query }).find)(
        deal('1', { dealname: 'Big Deal', description: 'of GTX' }),
      );
    expect(search('big gtx')).toBe(true);
    expect(search('big gtz')).toBe(false);
    expect(search('.*')).toBe(false);
  });

  test('refuses what is not there or does not fit', () => {
    const refused = (filter: SearchFilter) => refusalOf(() => finds({}, filter));
    expect(refused({ propertyName: 'nope', operator: 'HAS_PROPERTY' })).toBe('input-invalid');
    expect(refused({ propertyName: 'amount', operator: 'EQ', value: 'much' })).toBe('input-invalid');
    expect(refused({ propertyName: 'amount', operator: 'EQ' })).toBe('input-invalid');
    expect(refused({ propertyName: 'amount', operator: 'IN', values: [] })).toBe('input-invalid');
    expect(refused({ propertyName: 'amount', operator: 'BETWEEN', value: '1' })).toBe('input-invalid');
    expect(
      refusalOf(() => searchSort('deals', definitions, [{ propertyName: 'x', direction: 'ASCENDING' }])),
    ).toBe('input-invalid');
  });

  test('sorts numbers as numbers, downwards with DESCENDING', () =>
    expect(
      searchSort('deals', definitions, [
        { propertyName: 'amount', direction: 'DESCENDING' },
        { propertyName: 'dealname', direction: 'ASCENDING' },
      ]),
    ).toEqual(['-numbers.amount', 'values.dealname']));
});

/** What the operators mean, said as plainly as can be. */
function naive(values: Record<string, string>, filter: SearchFilter): boolean {
  const number = filter.propertyName === 'amount';
  const own = values[filter.propertyName];
  if (filter.operator === 'NOT_HAS_PROPERTY') return own === undefined;
  if (own === undefined) return false;
  const compare = (other: string) =>
    number ? Number(own) - Number(other) : own < other ? -1 : own > other ? 1 : 0;
  const words = (text: string) => text.toLowerCase().split(' ');
  switch (filter.operator) {
    case 'HAS_PROPERTY':
      return true;
    case 'EQ':
      return compare(filter.value!) === 0;
    case 'NEQ':
      return compare(filter.value!) !== 0;
    case 'LT':
      return compare(filter.value!) < 0;
    case 'LTE':
      return compare(filter.value!) <= 0;
    case 'GT':
      return compare(filter.value!) > 0;
    case 'GTE':
      return compare(filter.value!) >= 0;
    case 'BETWEEN':
      return compare(filter.value!) >= 0 && compare(filter.highValue!) <= 0;
    case 'IN':
      return filter.values!.some((one) => compare(one) === 0);
    case 'NOT_IN':
      return !filter.values!.some((one) => compare(one) === 0);
    case 'CONTAINS_TOKEN':
      return words(filter.value!).every((word) => words(own).includes(word));
    case 'NOT_CONTAINS_TOKEN':
      return !words(filter.value!).every((word) => words(own).includes(word));
  }
}

test('a search finds what its operators say, by both ways of reading a filter', () => {
  const amount = fc.constantFrom('1', '1.0', '2', '10', '-3', '2.5');
  const name = fc.constantFrom('a', 'B', 'a b', 'b c a', 'ab', '10', '9');
  const values = fc.record({ amount, dealname: name }, { requiredKeys: [] });
  const operators: SearchOperator[] = ['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN'];
  const presence: SearchOperator[] = ['HAS_PROPERTY', 'NOT_HAS_PROPERTY'];
  const filterOn = (propertyName: string, operand: fc.Arbitrary<string>, more: SearchOperator[] = []) =>
    fc.record({
      propertyName: fc.constant(propertyName),
      operator: fc.constantFrom(...operators, ...presence, ...more),
      value: operand,
      highValue: operand,
      values: fc.array(operand, { minLength: 1, maxLength: 3 }),
    });
  const filter = fc.oneof(
    filterOn('amount', amount),
    filterOn('dealname', name, ['CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN']),
  );
  const groups = fc.array(fc.record({ filters: fc.array(filter, { minLength: 1, maxLength: 6 }) }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(fc.array(values, { maxLength: 8 }), groups, (records, filterGroups) => {
      const found = searchFilters('deals', definitions, { filterGroups });
      const documents = records.map((one, index) =>
        deal(String(1e15 + index), one as Record<string, string>),
      );
      const expected = documents.filter(
        ({ values: own }) =>
          filterGroups.length === 0 ||
          filterGroups.some(({ filters }) =>
            filters.every((one) => naive(own as Record<string, string>, one)),
          ),
      );
      expect(documents.filter(matcher(found.find))).toEqual(expected);
      expect(documents.filter(matcher(found.count))).toEqual(expected);
      const mingo = new Query(found);
      expect(documents.filter((document) => mingo.test(document as never))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
