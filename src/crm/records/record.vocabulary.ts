// Ids of records, of their streams and of their documents, and how the values of a record are read.
import { findObjectType } from '../schemas/object-type.vocabulary';
import type { Changes } from './record.events';

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

/** A document's id: in the order of types, then of ids as numbers. */
export const recordDocumentId = (objectType: string, recordId: string): string =>
  `${objectType}/${idKey(recordId)}`;

/** The object type and record id of a document's id. */
export function recordOfDocument(id: string): { readonly objectType: string; readonly recordId: string } {
  const slash = id.indexOf('/');
  return { objectType: id.slice(0, slash), recordId: idOfKey(id.slice(slash + 1)) };
}

/** Bounds of the ids of one object type's records: `{ $gte, $lt }` over `id`. */
export const recordIdRange = (objectType: string) => ({ $gte: `${objectType}/`, $lt: `${objectType}0` });

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a value reads as; undefined where it reads as none. */
export function numberOf(value: string): number | undefined {
  if (value.length > 400 || !NUMBER.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * The number that a property's value is searched by; undefined where there is none. Ids of records and of what made them
 * are texts, whatever they look like.
 */
export const numberIn = (name: string, value: string): number | undefined =>
  name === 'hs_object_id' || name === 'hs_object_source_id' ? undefined : numberOf(value);

/**
 * A read-only property of every type: ids of the records that were merged into the record, directly or through another
 * one.
 */
export const MERGED_IDS = 'hs_merged_object_ids';

/** The items of a value that holds several, separated by `;`. */
export const itemsOf = (value: string | null | undefined): string[] => value?.split(';') ?? [];

/** The values after an event, without empty ones: shared by deciders and by the fold of a stream up to a position. */
export function valuesAfter(
  values: Readonly<Record<string, string>>,
  changes: Changes,
): Record<string, string> {
  const next = { ...values };
  for (const [name, { to }] of Object.entries(changes)) {
    if (to === null) delete next[name];
    else next[name] = to;
  }
  return next;
}

/**
 * Types whose creation time is one property; activities and custom objects also have it under HubSpot's second name.
 */
const CREATED_ONCE: ReadonlySet<string> = new Set(['contacts', 'companies', 'deals', 'tickets', 'products']);
const MODIFIED: Readonly<Record<string, readonly string[]>> = { contacts: ['lastmodifieddate'] };

/** Properties that Strata sets at creation, besides the id. */
export const createdNames = (objectType: string): readonly string[] =>
  CREATED_ONCE.has(objectType) ? ['createdate'] : ['createdate', 'hs_createdate'];
/** Properties that Strata sets with every change. */
export const modifiedNames = (objectType: string): readonly string[] => [
  'hs_lastmodifieddate',
  ...(MODIFIED[objectType] ?? []),
];
