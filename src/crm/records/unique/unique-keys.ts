// The keys under which a record holds its unique values: those of a unique property itself, and, for the e-mail, of the
// additional e-mails, too. Pure.
import type { PropertyDefinition } from '../../properties/property.events';
import { comparable, formerForm } from '../../properties/values/sameness.vocabulary';
import { ADDITIONAL_EMAILS } from './record-emails';
import { itemsOf } from '../record.vocabulary';

export interface UniqueKey {
  readonly definition: PropertyDefinition;
  /** The value in the form in which it is compared. */
  readonly key: string;
  /** The key under which earlier versions reserved the value, where it is another: held until it is moved. */
  readonly former?: string;
}

type Text = string | null | undefined;
type Values = Readonly<Record<string, string>>;

/** The property whose values these are for uniqueness: additional e-mails are as unique as the e-mail itself. */
export const countsAs = (name: string): string => (name === ADDITIONAL_EMAILS ? 'email' : name);

/** The keys of each item of a property's value; `definition` is that of the property that it counts as. */
export const keysOf = (name: string, definition: PropertyDefinition, value: Text): UniqueKey[] =>
  (name === ADDITIONAL_EMAILS ? itemsOf(value) : value ? [value] : []).map((item) => {
    const [key, former] = [comparable(definition, item), formerForm(definition, item)];
    return { definition, key, ...(former !== key && { former }) };
  });

/** All keys under which a record holds a unique property. */
export const allKeysOf = (definition: PropertyDefinition, values: Values): UniqueKey[] =>
  (definition.name === 'email' ? ['email', ADDITIONAL_EMAILS] : [definition.name]).flatMap((name) =>
    keysOf(name, definition, values[name]),
  );

/** The keys under which a record holds a unique property from now on. */
export const heldKeys = (definition: PropertyDefinition, values: Values): string[] =>
  allKeysOf(definition, values).map(({ key }) => key);

const withFormer = ({ key, former }: UniqueKey): string[] => (former === undefined ? [key] : [key, former]);

/** The same, with the keys of earlier versions. */
export const everHeldKeys = (definition: PropertyDefinition, values: Values): string[] =>
  allKeysOf(definition, values).flatMap(withFormer);

/**
 * The keys that have to be taken for a changed value. A value that earlier versions reserved otherwise may not be
 * reserved under its key yet: taking that again is harmless.
 */
export function keysTaken(name: string, definition: PropertyDefinition, from: Text, to: Text): UniqueKey[] {
  const held = new Set(
    keysOf(name, definition, from).flatMap(({ key, former }) => (former === undefined ? [key] : [])),
  );
  return keysOf(name, definition, to).filter(({ key }) => !held.has(key));
}

/** The keys that have to be given up for a changed value, those of earlier versions among them. */
export function keysGivenUp(name: string, definition: PropertyDefinition, from: Text, to: Text): UniqueKey[] {
  const held = new Set(keysOf(name, definition, to).flatMap(withFormer));
  return keysOf(name, definition, from)
    .flatMap(withFormer)
    .flatMap((key) => (held.has(key) ? [] : [{ definition, key }]));
}
