// Translates HubSpot's filter groups, sorts and search text into a filter and a sort of the read model. Pure.
import type { Filter, Sort } from '../../read/document-store';
import { Refusal } from '../../refusals';
import { recordIdRange } from '../records/record.vocabulary';
import { LONGEST_OPERANDS } from '../limits';
import type { PropertyDefinition } from '../properties/property.events';
import { searchableProperties } from '../schemas/object-type.vocabulary';
import type { FilterGroup, Holders, Search, SearchFilter, SearchSort } from './filter-groups';
import { associatedMeant } from './associated/associated-filter';
import type { AssociatedMatches } from './associated/associated-filters';
import { filterOf, orderedPath } from './search-filter';
import { textFilter } from './search-text';

type Definitions = ReadonlyMap<string, PropertyDefinition>;

/**
 * Matches records that match all filters of at least one group. A filter on a property without a value never matches,
 * whatever its operator, except NOT_HAS_PROPERTY. Refuses unknown properties and operands that do not fit.
 */
export function groupsFilter(
  objectType: string,
  definitions: Definitions,
  groups: readonly FilterGroup[],
  { holders, associated }: Pick<SearchScope, 'holders' | 'associated'> = {},
): Filter | undefined {
  refuseLongOperands(groups);
  const any = groups.map((group, g): Filter => {
    const all = group.filters.map((filter, f) => {
      const matching = associated?.get(filter);
      if (matching) return matching;
      const at = `filterGroups[${g}].filters[${f}]`;
      const definition = definedIn(definitions, filter, at);
      return filterOf({ objectType, definition, filter, at, holders: holders?.get(filter) });
    });
    return all.length === 1 ? all[0]! : { $and: all };
  });
  if (any.length === 0 || groups.some(({ filters }) => filters.length === 0)) return undefined;
  return any.length === 1 ? any[0]! : { $or: any };
}

function refuseLongOperands(groups: readonly FilterGroup[]): void {
  const sizeOf = ({ value = '', highValue = '', values = [] }: SearchFilter) =>
    values.reduce((sum, one) => sum + one.length, value.length + highValue.length);
  const all = groups.flatMap(({ filters }) => filters).reduce((sum, filter) => sum + sizeOf(filter), 0);
  if (all <= LONGEST_OPERANDS) return;
  const message = `The values of all filters together may have at most ${LONGEST_OPERANDS} characters`;
  throw new Refusal('input-invalid', { message, errors: [{ message, in: 'filterGroups' }] });
}

/** The filter of a whole search over the live records of a type (plural name). */
export function searchFilter(
  objectType: string,
  definitions: Definitions,
  search: Search,
  { searchable = searchableProperties(objectType), ...known }: SearchScope = {},
): Filter {
  const parts = [groupsFilter(objectType, definitions, search.filterGroups ?? [], known)];
  if (search.query) parts.push(textFilter(openAmong(searchable, definitions), search.query));
  const wanted = parts.filter((part) => part !== undefined);
  // `objectType` and `id` say the same: indexes begin with the type, and without an index records come in the order of
  // ids.
  return {
    objectType,
    archived: false,
    id: recordIdRange(objectType),
    ...(wanted.length > 0 && { $and: wanted }),
  };
}

/** The properties in which text may be looked for. Sensitive ones are left out: a match would tell of their values. */
export const openAmong = (names: readonly string[], definitions: Definitions): PropertyDefinition[] =>
  names.flatMap((name) => {
    const definition = definitions.get(name);
    return definition?.dataSensitivity === 'non_sensitive' ? [definition] : [];
  });

export interface SearchScope {
  /** The properties in which the text is looked for, where they differ from those of a standard type. */
  readonly searchable?: readonly string[];
  readonly holders?: Holders;
  /** What the filters on associations match; without it they are refused as unknown properties. */
  readonly associated?: AssociatedMatches;
}

/** The names of the properties that a search filters and sorts by. */
export const namesIn = ({ filterGroups = [], sorts = [] }: Search): string[] =>
  [...filterGroups.flatMap(({ filters }) => filters), ...sorts].map(({ propertyName }) => propertyName);

export const searchSort = (
  objectType: string,
  definitions: Definitions,
  sorts: readonly SearchSort[],
): Sort =>
  sorts.map((sort, i) => {
    const path = orderedPath(objectType, definedIn(definitions, sort, `sorts[${i}]`));
    return sort.direction === 'DESCENDING' ? `-${path}` : path;
  });

function definedIn(
  definitions: Definitions,
  { propertyName }: { propertyName: string },
  at: string,
): PropertyDefinition {
  const definition = definitions.get(propertyName);
  if (definition) return definition;
  const shown = propertyName.slice(0, 100);
  const meant = associatedMeant(shown);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  const message = `There is no property named '${shown}'${hint} (${at})`;
  const errors = [{ message, code: 'PROPERTY_DOESNT_EXIST', in: at, context: { propertyName: [shown] } }];
  throw new Refusal('input-invalid', { message, errors });
}
