import * as fc from 'fast-check';
import type { PropertyDefinition, PropertyType } from '../../../../src/crm/properties/property.events';
import { objectTypes, searchableProperties } from '../../../../src/crm/schemas/object-type.vocabulary';
import { checkDefinition, fieldTypes } from '../../../../src/crm/properties/property-check';
import { define, options } from '../../../../src/crm/properties/standard/definition';
import { defaultProperties, standardProperties } from '../../../../src/crm/properties/standard-properties';
import { comparable } from '../../../../src/crm/properties/values/sameness.vocabulary';
import { canonical } from '../../../../src/crm/properties/values/values';
import { numberOf } from '../../../../src/crm/records/record.vocabulary';

const property = (type: PropertyType, more: Partial<PropertyDefinition> = {}): PropertyDefinition => ({
  ...define('group', 'text', 'p', 'P'),
  type,
  ...more,
});
const form = (definition: PropertyDefinition, given: string | null) => {
  const result = canonical(definition, given);
  return result.ok ? result.value : result.code;
};
const all = (definition: PropertyDefinition, cases: Record<string, string | null>) => {
  for (const [given, expected] of Object.entries(cases))
    expect([given, form(definition, given)]).toEqual([given, expected]);
};

const choice = { options: options({ a: 'A', b: 'B', c: 'C' }) };

describe('a value', () => {
  test('nothing and the empty string are no value, whatever the type', () => {
    for (const type of Object.keys(fieldTypes) as PropertyType[])
      expect([form(property(type), null), form(property(type), '')]).toEqual([null, null]);
  });

  test('a string stays as it was given, up to its limit', () => {
    const long = 'x'.repeat(65_536);
    for (const text of [' x ', 'GTXPro', '\u0065\u0301', '\u0000', '😀', '\r\n', long])
      expect(form(property('string'), text)).toBe(text);
    expect(form(property('string'), `${long}x`)).toBe('INVALID_LENGTH');
    expect(form(property('string'), 'a\ud800b')).toBe('INVALID_CHARACTERS');
    expect(form(property('json'), '"\udc00"')).toBe('INVALID_CHARACTERS');
  });

  test('a plain number stays as it was given, others are written out', () =>
    all(property('number'), {
      '12': '12',
      '007': '007',
      '-1.50': '-1.50',
      '12345678901234567890.10': '12345678901234567890.10',
      ' 5 ': '5',
      '+5': '5',
      '.5': '0.5',
      '5.': '5',
      '1e3': '1000',
      '1.25e1': '12.5',
      '-2.5E-3': '-0.0025',
      '1e-2': '0.01',
      '1e999': 'INVALID_NUMBER',
      '1,000': 'INVALID_NUMBER',
      '0x10': 'INVALID_NUMBER',
      NaN: 'INVALID_NUMBER',
      '.': 'INVALID_NUMBER',
      e5: 'INVALID_NUMBER',
    }));

  test('a date is a day of the calendar', () =>
    all(property('date'), {
      '2024-02-29': '2024-02-29',
      '1714521600000': '2024-05-01',
      '0': '1970-01-01',
      '2024-05-01T00:00:00Z': '2024-05-01',
      '2024-02-30': 'INVALID_DATE',
      '2023-02-29': 'INVALID_DATE',
      '1714521600001': 'INVALID_DATE',
      '05/01/2024': 'INVALID_DATE',
      '2024-05-01T10:00:00Z': 'INVALID_DATE',
      '20240501': 'INVALID_DATE',
    }));

  test('a time is kept in UTC with milliseconds', () =>
    all(property('datetime'), {
      '2024-05-01T10:00:00.000Z': '2024-05-01T10:00:00.000Z',
      '2024-05-01T10:00:00Z': '2024-05-01T10:00:00.000Z',
      '2024-05-01T10:00:00.123456+02:00': '2024-05-01T08:00:00.123Z',
      '2024-05-01T10:00-0130': '2024-05-01T11:30:00.000Z',
      '2024-05-01': '2024-05-01T00:00:00.000Z',
      '1714521600001': '2024-05-01T00:00:00.001Z',
      '-1': '1969-12-31T23:59:59.999Z',
      '2024-13-01T10:00:00Z': 'INVALID_DATETIME',
      '2024-05-01T25:00:00Z': 'INVALID_DATETIME',
      '999999999999999': 'INVALID_DATETIME',
      yesterday: 'INVALID_DATETIME',
    }));

  test('an enumeration takes its options only, several where it is a checkbox', () => {
    all(property('enumeration', { ...choice, fieldType: 'select' }), {
      a: 'a',
      A: 'INVALID_OPTION',
      'a;b': 'INVALID_OPTION',
    });
    all(property('enumeration', { ...choice, fieldType: 'checkbox' }), {
      'b;a': 'b;a',
      ';a; b ;a': 'a;b',
      'a;z': 'INVALID_OPTION',
      ';': 'INVALID_OPTION',
    });
    expect(form(property('enumeration', { name: 'hubspot_owner_id', externalOptions: true }), '123')).toBe(
      '123',
    );
  });

  test('bools, phone numbers, JSON and e-mails', () => {
    all(property('bool'), { true: 'true', FALSE: 'false', yes: 'INVALID_BOOLEAN', '1': 'INVALID_BOOLEAN' });
    all(property('phone_number'), {
      ' +1 (555) 010-0199\n': '+1 (555) 010-0199',
      '001-581-896-7013x3910': '001-581-896-7013x3910',
      'call me': 'INVALID_PHONE_NUMBER',
    });
    all(property('json'), { '{"a": 1}': '{"a": 1}', '{a}': 'INVALID_JSON' });
    all(property('string', { name: 'email' }), {
      ' Ada@Example.COM ': 'ada@example.com',
      ada: 'INVALID_EMAIL',
    });
  });

  test('taking the form of a form changes nothing, and numbers are always read as numbers', () => {
    const definitions = fc.constantFrom(
      ...(Object.keys(fieldTypes) as PropertyType[]).map((type) =>
        property(type, type === 'enumeration' ? choice : {}),
      ),
      property('enumeration', { ...choice, fieldType: 'checkbox' }),
    );
    const number = fc
      .tuple(fc.constantFrom('', '+', '-'), fc.double({ noNaN: true }), fc.integer({ min: -30, max: 30 }))
      .map(([sign, double, exponent]) => `${sign}${Math.abs(double)}e${exponent}`.replace(/e.*e/, 'e'));
    const given = fc.oneof(
      fc.string({ unit: 'binary' }),
      number,
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.date({ noInvalidDate: true }).map((date) => String(date.getTime())),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
      fc.array(fc.constantFrom('a', 'b', ' c')).map((parts) => parts.join(';')),
      fc.json(),
      fc.constantFrom('TRUE', 'False', '+49 30 1234', '2024-05-01T10:00'),
    );
    fc.assert(
      fc.property(definitions, given, (definition, text) => {
        const first = canonical(definition, text);
        if (!first.ok) return;
        expect(canonical(definition, first.value)).toEqual(first);
        if (definition.type === 'number' && first.value !== null)
          expect(numberOf(first.value)).toBe(Number(text.trim()));
      }),
      { numRuns: 2_000 },
    );
  });

  test('unique values are compared as what they mean', () => {
    const email = property('string', { name: 'email' });
    expect(comparable(email, ' Ada@Example.COM ')).toBe('ada@example.com');
    const number = property('number');
    for (const text of ['12', '012', '12.0', '12.']) expect(comparable(number, text)).toBe('12');
    expect(['-0.50', '0', '-0', '0.0'].map((text) => comparable(number, text))).toEqual([
      '-0.5',
      '0',
      '0',
      '0',
    ]);
    expect(comparable(property('string'), ' a ')).toBe(' A ');
  });
});

test('every standard property is a valid definition, and every type has the automatic ones', () => {
  for (const { name, displayProperty } of objectTypes) {
    const standard = standardProperties(name);
    for (const definition of standard.values()) expect(() => checkDefinition(definition)).not.toThrow();
    expect(standard.size).toBeGreaterThanOrEqual(9);
    for (const automatic of ['hs_object_id', 'createdate', 'hs_lastmodifieddate'])
      expect(standard.get(automatic)?.readOnlyValue).toBe(true);
    for (const known of [
      'hubspot_owner_id',
      displayProperty,
      ...defaultProperties(name),
      ...searchableProperties(name),
    ])
      expect(standard.has(known)).toBe(true);
  }
});
