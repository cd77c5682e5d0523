// The account that the small CSV files are brought into: its properties, and who can own records.
import { define } from './csv-read';

const option = (value: string, label: string) => ({ value, label, displayOrder: 0, hidden: false });
const choices = { type: 'enumeration', fieldType: 'select' } as const;
const colours = [option('r', 'Red'), option('b', 'Dark blue')];
const yesNo = (yes: string, no: string) => ({
  ...({ type: 'bool', fieldType: 'booleancheckbox' } as const),
  options: [option('true', yes), option('false', no)],
});
export const definitions = new Map(
  [
    ...[define('name'), define('city'), define('note'), define('email', { hasUniqueValue: true })],
    define('phone', { type: 'phone_number', fieldType: 'phonenumber' }),
    define('data', { type: 'json' }),
    define('amount', { type: 'number', fieldType: 'number' }),
    define('born', { type: 'date', fieldType: 'date' }),
    define('met', { type: 'datetime', fieldType: 'date' }),
    define('colour', { ...choices, options: colours }),
    define('colours', { ...choices, fieldType: 'checkbox', options: colours }),
    define('size', { ...choices, options: [option('small', 'large'), option('large', 'Small')] }),
    define('stage', { ...choices, options: [option('won_a', 'Won'), option('won_b', 'Won')] }),
    define('agreed', yesNo('Agreed', 'Refused')),
    define('opposed', yesNo('No', 'Yes')),
    define('owner', { ...choices, externalOptions: true, referencedObjectType: 'OWNER' }),
  ].map((one) => [one.name, one]),
);
const owner = (id: string, email: string, firstName: string, lastName: string, archived = false) => ({
  ...{ id, email, firstName, lastName, archived },
});
export const owners = [
  owner('71', 'ada@firm.test', 'Ada', 'Byron'),
  owner('72', 'bob@firm.test', 'Bob', 'Berg'),
  ...[owner('73', 'cy@firm.test', 'Cy', 'Twin'), owner('74', 'cyd@firm.test', 'Cy', 'Twin')],
  owner('75', 'gone@firm.test', 'Gone', 'Person', true),
];
