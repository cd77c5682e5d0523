// HubSpot's filter groups, sorts and search text as a filter and sort of the read model. Pure.
import type { Filter, Operators, Sort } from '../read/document-store';
import { Refusal } from '../refusals';
import type { PropertyDefinition } from './property.events';
import { isSensitive } from './sensitivity';
import { searchableProperties } from './standard-properties';
import { textFilter, tokenFilter } from './search-text';
import { canonical } from './values';

export const searchOperators = [
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
] as const;
export type SearchOperator = (typeof searchOperators)[number];

export interface SearchFilter {
  readonly propertyName: string;
  readonly operator: SearchOperator;
  readonly value?: string | undefined;
  readonly highValue?: string | undefined;
  readonly values?: readonly string[] | undefined;
}
export interface FilterGroup {
  readonly filters: readonly SearchFilter[];
}
export interface SearchSort {
  readonly propertyName: string;
  readonly direction: 'ASCENDING' | 'DESCENDING';
}
export interface Search {
  readonly filterGroups?: readonly FilterGroup[];
  readonly sorts?: readonly SearchSort[];
  readonly query?: string | undefined;
}

type Definitions = ReadonlyMap<string, PropertyDefinition>;

const ID_DIGITS = 16;

/**
 * Records that match one of the groups, each all of its filters. A filter on a property that has no value never
 * matches, whatever its operator, but for NOT_HAS_PROPERTY. Refuses unknown properties and operands that do not fit.
 */
export function groupsFilter(
  objectType: string,
  definitions: Definitions,
  groups: readonly FilterGroup[],
): Filter | undefined {
  const any = groups.map((group): Filter => {
    const all = group.filters.map((filter) => filterOf(objectType, definedIn(definitions, filter), filter));
    return all.length === 1 ? all[0]! : { $and: all };
  });
  if (any.length === 0 || groups.some(({ filters }) => filters.length === 0)) return undefined;
  return any.length === 1 ? any[0]! : { $or: any };
}

/** The whole search over the live records of a type, plural name: the same records, found in order and counted. */
export function searchFilters(
  objectType: string,
  definitions: Definitions,
  search: Search,
): { readonly find: Filter; readonly count: Filter } {
  const parts = [groupsFilter(objectType, definitions, search.filterGroups ?? [])];
  if (search.query) parts.push(textFilter(searchableNames(objectType, definitions), search.query));
  const wanted = parts.filter((part) => part !== undefined);
  const byType: Filter = { objectType, archived: false };
  const byId: Filter = { id: { $gte: `${objectType}/`, $lt: `${objectType}0` }, archived: false };
  const way = byModification(objectType, search) ? byType : byId;
  return {
    find: { $and: [way, ...wanted] },
    // All records of a type are counted in an index; any filter finds its own way.
    count: { $and: [wanted.length === 0 ? byType : way, ...wanted] },
  };
}

/** The properties that a search filters and sorts by. */
export const namesIn = ({ filterGroups = [], sorts = [] }: Search): string[] =>
  [...filterGroups.flatMap(({ filters }) => filters), ...sorts].map(({ propertyName }) => propertyName);

/** There is an index of each type by time of change; everything else is read in the order of ids. */
function byModification(objectType: string, { filterGroups = [], sorts = [] }: Search): boolean {
  const names = [...filterGroups.flatMap(({ filters }) => filters), ...sorts.slice(0, 1)];
  return names.some(({ propertyName }) => pathOf(objectType, propertyName) === MODIFIED);
}

export const searchSort = (
  objectType: string,
  definitions: Definitions,
  sorts: readonly SearchSort[],
): Sort =>
  sorts.map((sort) => {
    const definition = definedIn(definitions, sort);
    const path = isNumber(definition) ? `numbers.${definition.name}` : pathOf(objectType, definition.name);
    return sort.direction === 'DESCENDING' ? `-${path}` : path;
  });

/** Text is never looked for in sensitive values: that something was found would tell of them. */
const searchableNames = (objectType: string, definitions: Definitions): readonly string[] =>
  searchableProperties(objectType).filter((name) => !isSensitive(definitions.get(name)));

const MODIFIED = 'values.hs_lastmodifieddate';
/** A contact's two times of change are always the same; one of them has an index. */
const pathOf = (objectType: string, name: string): string =>
  objectType === 'contacts' && name === 'lastmodifieddate' ? MODIFIED : `values.${name}`;

/** Record ids are kept as text of a fixed width, so that they sort as text. */
const isNumber = ({ name, type }: PropertyDefinition): boolean =>
  type === 'number' && name !== 'hs_object_id';

function definedIn(definitions: Definitions, { propertyName }: { propertyName: string }): PropertyDefinition {
  const definition = definitions.get(propertyName);
  if (definition) return definition;
  const message = `There is no property named '${propertyName.slice(0, 100)}'`;
  throw new Refusal('input-invalid', { message, errors: [{ message, code: 'PROPERTY_DOESNT_EXIST' }] });
}

function filterOf(objectType: string, definition: PropertyDefinition, filter: SearchFilter): Filter {
  const path = pathOf(objectType, definition.name);
  const compared = isNumber(definition) ? `numbers.${definition.name}` : path;
  const isId = definition.name === 'hs_object_id';
  const operand = (value: string | undefined) => operandOf(definition, filter, value);
  switch (filter.operator) {
    case 'HAS_PROPERTY':
      return { [path]: { $exists: true } };
    case 'NOT_HAS_PROPERTY':
      return { [path]: { $exists: false } };
    case 'EQ':
      if (isId) return { id: `${objectType}/${given(filter, filter.value)}` };
      return { [compared]: operand(filter.value) };
    case 'NEQ':
      return { [compared]: { $exists: true, $ne: operand(filter.value) } };
    case 'IN':
      if (isId) return { id: { $in: list(filter).map((id) => `${objectType}/${id}`) } };
      return { [compared]: { $in: list(filter).map(operand) } };
    case 'NOT_IN':
      return { [compared]: { $exists: true, $nin: list(filter).map(operand) } };
    case 'BETWEEN':
      return {
        $and: [
          { [compared]: bound(definition, '$gte', filter, filter.value) },
          { [compared]: bound(definition, '$lte', filter, filter.highValue) },
        ],
      };
    case 'LT':
    case 'LTE':
    case 'GT':
    case 'GTE':
      return { [compared]: bound(definition, BOUNDS[filter.operator], filter, filter.value) };
    case 'CONTAINS_TOKEN':
      return { $and: tokenFilter(path, given(filter, filter.value)) };
    case 'NOT_CONTAINS_TOKEN':
      return {
        $and: [
          { [path]: { $exists: true } },
          {
            $or: tokenFilter(path, given(filter, filter.value)).map((part) => ({
              [path]: { $not: part[path] as Operators },
            })),
          },
        ],
      };
  }
}

type Bound = '$lt' | '$lte' | '$gt' | '$gte';
const BOUNDS = { LT: '$lt', LTE: '$lte', GT: '$gt', GTE: '$gte' } as const;

/** A date is the midnight it begins with; compared with a time of day, it is the day that decides. */
function bound(
  definition: PropertyDefinition,
  operator: Bound,
  filter: SearchFilter,
  value: string | undefined,
): Operators {
  if (definition.type === 'date') {
    const time = canonical({ ...definition, type: 'datetime' }, given(filter, value));
    if (time.ok && time.value && !time.value.endsWith('T00:00:00.000Z')) {
      const reached = operator === '$gt' || operator === '$gte' ? '$gt' : '$lte';
      return { [reached]: time.value.slice(0, 10) };
    }
  }
  return { [operator]: operandOf(definition, filter, value) };
}

function operandOf(
  definition: PropertyDefinition,
  filter: SearchFilter,
  value: string | undefined,
): string | number {
  const text = given(filter, value);
  if (definition.name === 'hs_object_id') return text.padStart(ID_DIGITS, '0');
  switch (definition.type) {
    case 'number':
    case 'date':
    case 'datetime':
    case 'bool': {
      const form = canonical(definition, text);
      if (!form.ok || form.value === null) throw refused(filter, `does not fit type ${definition.type}`);
      return definition.type === 'number' ? Number(form.value) : form.value;
    }
    case 'string':
    case 'enumeration':
    case 'phone_number':
    case 'json':
      return text;
  }
}

function given(filter: SearchFilter, value: string | undefined): string {
  if (value === undefined || value === '') throw refused(filter, 'is missing');
  return value;
}

function list(filter: SearchFilter): readonly string[] {
  if (!filter.values || filter.values.length === 0) throw refused(filter, 'is missing: values is empty');
  return filter.values;
}

function refused({ propertyName, operator }: SearchFilter, what: string): Refusal {
  const message = `The value of the filter ${operator} on '${propertyName.slice(0, 100)}' ${what}`;
  return new Refusal('input-invalid', { message, errors: [{ message, in: 'filterGroups' }] });
}
