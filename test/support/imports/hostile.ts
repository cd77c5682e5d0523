// Properties and values that a careless round trip would spoil: what spreadsheets take for formulas, cells with what
// stands between cells, labels that are the values of others.
import fc from 'fast-check';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { fieldTypes } from '../../../src/crm/properties/property-check';

export const option = (value: string, label: string) => ({ value, label, displayOrder: 0, hidden: false });
/** Options whose labels could be taken for others, or for what they are not. */
export const hostileOptions = [
  ...[option('a', 'b'), option('b', 'B'), option('c', '=1+1'), option('d', "'=1+1"), option('e', ' blank ')],
  ...[
    option('f', 'one;two'),
    option('g', 'alike'),
    option('h', 'alike'),
    option('i', ''),
    option('j', 'true'),
  ],
  ...[option('true', 'no'), option('l', 'L'), option('L', 'l'), option('m', 'm\n"m"'), option('n', ';n')],
];
const LABELS = ['Alike', '=Sum(A1)', 'a,b;c', 'mo"ment', "'quoted"];

/** What is asked for to have a property of every kind that there is, on a type that the account defines. */
export const everyField = Object.entries(fieldTypes).flatMap(([type, fields]) =>
  fields.map((fieldType, n) => ({
    ...{ name: `f_${type}_${fieldType}`, label: LABELS[n % LABELS.length]!, type, fieldType },
    ...(type === 'enumeration' && { options: hostileOptions.filter(({ label }) => label !== '') }),
    ...(type === 'bool' && { options: [option('true', 'No'), option('false', 'Yes')] }),
  })),
);

export type Field = Pick<PropertyDefinition, 'name' | 'type' | 'fieldType' | 'options'> & {
  readonly referencedObjectType?: string | undefined;
};

const character = fc.constantFrom(
  ...[
    '"',
    "'",
    ',',
    ';',
    '|',
    '\t',
    '\r',
    '\n',
    ' ',
    '=',
    '+',
    '-',
    '@',
    '\uff1d',
    '\u0000',
    '\ufeff',
    '\u00a0',
  ],
  ...['a', '1', 'é', '😀', '.', '<', '\u200b', '\\'],
);
const hostileText = fc.oneof(
  fc.string({ unit: character, minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    '********',
    '=HYPERLINK("x")',
    "'=1",
    "''+1",
    ' ',
    'NULL',
    '1E5',
    '007',
    '2024-01-31',
    'strata:export',
  ),
);
const number = fc.oneof(
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  fc.constantFrom('0', '-0.5', '007', '1.50', '-1', '0.000000000000000000001'),
);
const time = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const word = fc.string({
  unit: fc.constantFrom('a', '=', '+', '-', "'", '|', '!', '{'),
  minLength: 1,
  maxLength: 4,
});

/** A value as it is kept. `owners`: ids of those who may own records. */
export function valueOf(
  { type, fieldType, options, name, referencedObjectType }: Field,
  owners: readonly string[],
): fc.Arbitrary<string> {
  switch (type) {
    case 'number':
      return number;
    case 'date':
      return time.map((day) => day.toISOString().slice(0, 10));
    case 'datetime':
      return time.map((moment) => moment.toISOString());
    case 'bool':
      return fc.constantFrom('true', 'false');
    case 'phone_number':
      return fc.constantFrom('+49 30 1', '-1', '(030) 1', '+1', '1;ext=2');
    case 'json':
      return fc.oneof(fc.json(), fc.constantFrom('-1', ' -1e5 ', '"=1"', '[\n1,\t";"]'));
    case 'enumeration': {
      if (referencedObjectType === 'OWNER') return fc.constantFrom(...owners);
      const values = options.map(({ value }) => value);
      if (fieldType !== 'checkbox') return fc.constantFrom(...values);
      return fc.subarray(values, { minLength: 1 }).map((chosen) => chosen.join(';'));
    }
    case 'string':
      if (name === 'email') return word.map((local) => `${local}@example.com`);
      if (name === 'domain') return fc.constantFrom('example.com', 'xn--mnchen-3ya.de', 'x');
      return fieldType === 'phonenumber' ? hostileText.map((text) => text.trim() || '+1') : hostileText;
  }
}
