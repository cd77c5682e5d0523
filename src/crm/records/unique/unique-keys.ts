// The keys under which a record holds its unique values: those of a unique property itself, and, for the e-mail, of the
// additional e-mails, too. Pure.
import type { PropertyDefinition } from '../../properties/property.events';
import { ADDITIONAL_EMAILS, emailKey } from './record-emails';
import { itemsOf } from '../record.vocabulary';

/**
 * The form in which unique values are compared: e-mails in lower case without surrounding blanks, numbers by their
 * numeric value, other values as they are.
 */
export function uniqueKey({ name, type }: PropertyDefinition, value: string): string {
  if (name === 'email') return emailKey(value);
  if (type !== 'number') return value;
  const [matched, sign, whole = '', fraction = ''] = /^(-?)0*(\d*?)(?:\.(\d*?)0*)?$/.exec(value) ?? [];
  if (matched === undefined) return value;
  const number = (whole || '0') + (fraction && `.${fraction}`);
  return sign && number !== '0' ? `-${number}` : number;
}

/** The property whose values these are for uniqueness: additional e-mails are as unique as the e-mail itself. */
export const countsAs = (name: string): string => (name === ADDITIONAL_EMAILS ? 'email' : name);

export const keysOf = (
  name: string,
  definition: PropertyDefinition,
  value: string | null | undefined,
): string[] =>
  (name === ADDITIONAL_EMAILS ? itemsOf(value) : value ? [value] : []).map((one) =>
    uniqueKey(definition, one),
  );

/** Every key under which a record holds a unique property. */
export function heldKeys(definition: PropertyDefinition, values: Readonly<Record<string, string>>): string[] {
  const names = definition.name === 'email' ? ['email', ADDITIONAL_EMAILS] : [definition.name];
  return names.flatMap((name) => keysOf(name, definition, values[name]));
}
