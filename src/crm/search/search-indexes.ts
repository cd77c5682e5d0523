// Tells which properties of an object type are indexed: a filter on one of them is answered at once where few records
// match.
import type { PropertyDefinition } from '../properties/property.events';
import { indexedProperties, keyPath, OWNER } from './search-key.vocabulary';
import type { SearchOperator } from './filter-groups';
import { uniqueOperators } from './search-unique';

export interface SearchIndex {
  readonly name: string;
  /**
   * `id`: by the key of records. `uniqueValue`: by the reservations of unique values, which name the record that holds
   * one.
   */
  readonly indexedBy: 'id' | 'index' | 'uniqueValue';
  /** Operators that the index answers. For any other operator all records of the type are looked at. */
  readonly operators: readonly SearchOperator[];
}

const EQUAL = ['EQ', 'IN'] as const;
const ORDERED = ['EQ', 'IN', 'GT', 'GTE', 'LT', 'LTE', 'BETWEEN'] as const;
/** Of every type: times that every record has (a contact has its time of change twice), and whose it is. */
const EVERYWHERE = new Set(['createdate', 'hs_lastmodifieddate', 'lastmodifieddate', OWNER]);

/** The indexed properties of an object type (plural name), in the order of its definitions. */
export function searchIndexes(
  objectType: string,
  definitions: ReadonlyMap<string, PropertyDefinition>,
): SearchIndex[] {
  return [...definitions.values()].flatMap(({ name, type, hasUniqueValue }): SearchIndex[] => {
    if (name === 'hs_object_id') return [{ name, indexedBy: 'id', operators: ORDERED }];
    const times = type === 'date' || type === 'datetime';
    if (EVERYWHERE.has(name) || keyPath(objectType, name) !== undefined)
      return [{ name, indexedBy: 'index', operators: times ? ORDERED : EQUAL }];
    return hasUniqueValue ? [{ name, indexedBy: 'uniqueValue', operators: uniqueOperators }] : [];
  });
}

/** The indexed properties of each standard type, without those of every type, as rows of a table in the docs. */
export const indexRows = (): string[] =>
  Object.entries(indexedProperties).map(
    ([type, names]) =>
      `| \`${type}\` | ${names.flatMap((name) => (EVERYWHERE.has(name) ? [] : `\`${name}\``)).join(', ')} |`,
  );
