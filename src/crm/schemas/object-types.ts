// The standard object types of the CRM with the names that HubSpot's API knows them by, and the form of a custom type.
import type { ObjectSchema } from './schema.events';
import { searchableProperties } from '../properties/standard-properties';

export interface ObjectType {
  /** The name in paths and bodies: the plural; for a custom type, its own name. */
  readonly name: string;
  readonly singular: string;
  readonly label: string;
  /** HubSpot's numeric type id. */
  readonly typeId: string;
  /** The property that is shown as a record's name. */
  readonly displayProperty: string;
  /** The sub-category of a record's entries in the audit log. */
  readonly auditSubCategory: string;
  readonly custom: boolean;
  readonly labels: { readonly singular: string; readonly plural: string };
  /** Properties that a record must have a value of from its creation on. */
  readonly requiredProperties: readonly string[];
  /** The properties in which the text of a search is looked for. */
  readonly searchableProperties: readonly string[];
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const type = (name: string, singular: string, typeId: string, displayProperty: string): ObjectType => ({
  name,
  singular,
  label: capital(singular),
  typeId,
  displayProperty,
  auditSubCategory: singular.toUpperCase(),
  custom: false,
  labels: { singular: capital(singular), plural: capital(name) },
  requiredProperties: [],
  searchableProperties: searchableProperties(name),
});

export const customType = (schema: ObjectSchema): ObjectType => ({
  name: schema.name,
  singular: schema.name,
  label: schema.labels.singular,
  typeId: schema.objectTypeId,
  displayProperty: schema.primaryDisplayProperty,
  auditSubCategory: 'CUSTOM_OBJECT',
  custom: true,
  labels: schema.labels,
  requiredProperties: schema.requiredProperties,
  searchableProperties: [...schema.searchableProperties, 'hs_object_id'],
});

export const objectTypes: readonly ObjectType[] = [
  type('contacts', 'contact', '0-1', 'email'),
  type('companies', 'company', '0-2', 'name'),
  type('deals', 'deal', '0-3', 'dealname'),
  type('tickets', 'ticket', '0-5', 'subject'),
  type('products', 'product', '0-7', 'name'),
  type('calls', 'call', '0-48', 'hs_call_title'),
  type('conversations', 'conversation', '0-11', 'hs_subject'),
  type('tasks', 'task', '0-27', 'hs_task_subject'),
];

const byAlias = new Map<string, ObjectType>(
  objectTypes.flatMap((t) => [t.name, t.singular, t.typeId].map((alias) => [alias, t] as const)),
);

/** A standard type by plural, singular or type id, in any case. Custom types: see `ObjectTypes`. */
export const findObjectType = (alias: string): ObjectType | undefined => byAlias.get(alias.toLowerCase());

/** Finds an object type by any of its names. */
export type FindType = (alias: string) => ObjectType | undefined;

/** The stream of one record. */
export const recordStream = (objectType: string, recordId: string): string =>
  `${findObjectType(objectType)?.singular ?? objectType}-${recordId}`;

/** Digits of the longest record id that is possible; ids have 15 at most today. */
export const ID_DIGITS = 16;

/** Whether a text is a record id: a number, written without leading zeros. Any other text names no record. */
export const isRecordId = (id: string): boolean => /^[1-9]\d{0,15}$/.test(id);

/** A record id as keys of documents hold it: padded, so that its order as text is its order as a number. */
export const idKey = (recordId: string): string => recordId.padStart(ID_DIGITS, '0');
export const idOfKey = (key: string): string => key.replace(/^0+/, '');

/** Compares two record ids as numbers: negative where `one` comes first. */
export const compareIds = (one: string, other: string): number =>
  one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);

/** The name of an object type in the scopes of API keys. */
export const scopeNameOf = (objectType: string): string => findObjectType(objectType)?.name ?? 'custom';
