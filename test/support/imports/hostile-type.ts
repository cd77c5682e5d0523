// An object type of the account with a property of every kind, and values for its records that a careless round trip
// would spoil.
import fc from 'fast-check';
import { everyField, valueOf, type Field } from './hostile';

const unique = { hasUniqueValue: true };
const label = (text: string) => ({ label: text });

/** What is asked for to have the type. */
export const hostileSchema = (name: string) => ({
  ...{ name, labels: { singular: `${name} one`, plural: `${name} all` }, primaryDisplayProperty: 'x_key' },
  requiredProperties: ['x_key'],
  properties: [
    { name: 'x_key', ...label('=Key'), type: 'string', fieldType: 'text', ...unique },
    { name: 'x_number_key', ...label('Alike'), type: 'number', fieldType: 'number', ...unique },
    {
      ...{ name: 'x_owner', ...label('Owner'), type: 'enumeration', fieldType: 'select', options: [] },
      ...{ externalOptions: true, referencedObjectType: 'OWNER' },
    },
    ...everyField,
  ],
});

/** The values of the record with this number; those of unique properties are told apart by it. */
export function hostileValues(properties: readonly Field[], n: number, owner: string) {
  const given = properties.filter(({ name }) => !name.startsWith('hs_pipeline'));
  const values = given.map((property) => {
    const [value] = fc.sample(valueOf(property, [owner]), { numRuns: 1, seed: n });
    return [property.name, value!] as const;
  });
  const all: Readonly<Record<string, string>> = Object.fromEntries(values);
  return { ...all, x_key: `${n}${all['x_key']!}`, x_number_key: `${n}.50` };
}
