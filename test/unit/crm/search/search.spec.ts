import fc from 'fast-check';
import { standardProperties } from '../../../../src/crm/properties/standard-properties';
import { searchFilter, searchSort } from '../../../../src/crm/search/search';
import type { SearchFilter, SearchOperator } from '../../../../src/crm/search/filter-groups';
import { matcher } from '../../../../src/read/filters/matcher';
import { formsOf, keysOf } from '../../../../src/crm/search/search-key.vocabulary';
import type { RecordDocument } from '../../../../projections/crm/records';
import { numberOf, recordDocumentId } from '../../../../src/crm/records/record.vocabulary';
import { refusalOf } from '../../../support/spec';

const definitions = standardProperties('deals');

const deal = (recordId: string, values: Record<string, string>): RecordDocument => ({
  id: recordDocumentId('deals', recordId),
  objectType: 'deals',
  recordId,
  values: { ...values, hs_object_id: recordId },
  numbers: Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const number = numberOf(value);
      return number === undefined ? [] : [[name, number]];
    }),
  ),
  forms: formsOf(values),
  keys: keysOf('deals', values),
  createdAt: '',
  updatedAt: '',
  archived: false,
  archivedAt: null,
  archivedBy: null,
  revision: 0,
});

const finds = (values: Record<string, string>, filter: SearchFilter): boolean => {
  const found = searchFilter('deals', definitions, { filterGroups: [{ filters: [filter] }] });
  return matcher(found)(deal('1000000000000001', values));
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

  test('finds names in any case, and those chosen of several values in any order', () => {
    const on = (propertyName: string, operator: SearchOperator, value: string) => ({
      propertyName,
      operator,
      value,
    });
    // One has an index, the other has none.
    for (const name of ['dealname', 'deal_currency_code']) {
      expect(finds({ [name]: 'Åre GTX' }, on(name, 'EQ', 'åRE gtx'))).toBe(true);
      expect(finds({ [name]: 'Åre GTX' }, on(name, 'NEQ', 'åre gtx'))).toBe(false);
      expect(finds({ [name]: 'GTX ' }, on(name, 'EQ', 'gtx'))).toBe(false);
      expect(finds({ [name]: 'gtx\n' }, on(name, 'EQ', 'GTX'))).toBe(false);
      const long = 'x'.repeat(300);
      expect(finds({ [name]: `${long}a` }, on(name, 'EQ', `${long}A`))).toBe(true);
      expect(finds({ [name]: `${long}a` }, on(name, 'EQ', `${long}b`))).toBe(false);
      expect(finds({ [name]: `${long}a` }, on(name, 'NEQ', `${long}b`))).toBe(true);
    }
    const category = (value: string, filter: Omit<SearchFilter, 'propertyName'>) => {
      const of = standardProperties('tickets');
      const asked = { propertyName: 'hs_ticket_category', ...filter };
      const found = searchFilter('tickets', of, { filterGroups: [{ filters: [asked] }] });
      const record = { ...deal('1', { hs_ticket_category: value }), objectType: 'tickets', id: 'tickets/1' };
      return matcher(found)(record);
    };
    expect(
      category('PRODUCT_ISSUE;BILLING_ISSUE', { operator: 'EQ', value: 'billing_issue;product_issue' }),
    ).toBe(true);
    expect(category('PRODUCT_ISSUE;BILLING_ISSUE', { operator: 'EQ', value: 'BILLING_ISSUE' })).toBe(false);
    expect(category('PRODUCT_ISSUE;BILLING_ISSUE', { operator: 'IN', values: ['BILLING_ISSUE', 'x'] })).toBe(
      true,
    );
    expect(category('PRODUCT_ISSUE;BILLING_ISSUE', { operator: 'NOT_IN', values: ['FEATURE_REQUEST'] })).toBe(
      true,
    );
    expect(category('PRODUCT_ISSUE', { operator: 'NOT_IN', values: ['product_issue'] })).toBe(false);
  });

  test('names filter, property and operator of what it refuses', () => {
    const groups = [{ filters: [{ propertyName: 'dealname', operator: 'HAS_PROPERTY' as const }] }];
    const wrong = { propertyName: 'amount', operator: 'BETWEEN' as const, value: '1', highValue: 'much' };
    const refusing = () =>
      searchFilter('deals', definitions, { filterGroups: [...groups, { filters: [wrong] }] });
    const message =
      "The highValue of the filter BETWEEN on 'amount' does not fit type number (filterGroups[1].filters[0])";
    const context = { propertyName: ['amount'], operator: ['BETWEEN'] };
    const detail = { message, errors: [{ message, in: 'filterGroups[1].filters[0]', context }] };
    expect(refusing).toThrow(expect.objectContaining({ detail }) as Error);
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

  test('is linear in many * over a long word: tried one after another they would never end', () => {
    const filter = { propertyName: 'dealname', operator: 'CONTAINS_TOKEN', value: `${'a*'.repeat(20)}b` };
    expect(finds({ dealname: 'a'.repeat(2_000) }, filter as SearchFilter)).toBe(false);
  });

  test('compares ids as numbers, whatever their length', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('1', '9', '10', '99', '10000000000', '999999999999999', '2073000000000001'),
        fc.oneof(
          fc.constantFrom('-1', '0', '007', '9.5', '10.0', '1e1', '1e20', '12345678901234567', '-0.5'),
          fc.nat({ max: 120 }).map(String),
          fc.constantFrom('10000000000', '2073000000000000', '2073000000000001'),
        ),
        (id, operand) => {
          const found = (operator: SearchOperator) => {
            const filter = { propertyName: 'hs_object_id', operator, value: operand };
            const search = { filterGroups: [{ filters: [filter] }] };
            return matcher(searchFilter('deals', definitions, search))(deal(id, {}));
          };
          const [one, other] = [Number(id), Number(operand)];
          expect(found('EQ')).toBe(one === other);
          expect(found('NEQ')).toBe(one !== other);
          expect(found('LT')).toBe(one < other);
          expect(found('LTE')).toBe(one <= other);
          expect(found('GT')).toBe(one > other);
          expect(found('GTE')).toBe(one >= other);
        },
      ),
    ));

  test('looks for text in the searchable properties, every word of it', () => {
    const search = (query: string) =>
      matcher(searchFilter('deals', definitions, { query }))(
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
