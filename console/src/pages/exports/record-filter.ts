// Conditions on records as a form holds them, and as a search takes them. Pure.
import type { Schemas } from '../../api/client';

export const operators = [
  ...(['EQ', 'NEQ', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN', 'GT', 'GTE', 'LT', 'LTE'] as const),
  ...(['BETWEEN', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const),
] as const;
export type Operator = (typeof operators)[number];

export interface Condition {
  readonly key: number;
  readonly property: string;
  readonly operator: Operator;
  readonly value: string;
  readonly high: string;
}

export const takesNothing = (operator: Operator): boolean =>
  operator === 'HAS_PROPERTY' || operator === 'NOT_HAS_PROPERTY';
export const takesSeveral = (operator: Operator): boolean => operator === 'IN' || operator === 'NOT_IN';

/** What a condition still lacks. */
export function lackOf({ property, operator, value, high }: Condition): 'property' | 'value' | undefined {
  if (property === '') return 'property';
  if (takesNothing(operator)) return undefined;
  return value.trim() === '' || (operator === 'BETWEEN' && high.trim() === '') ? 'value' : undefined;
}

type Search = NonNullable<Schemas['ExportBody']['publicCrmSearchRequest']>;
type Filter = NonNullable<Search['filters']>[number];

const filterOf = ({ property: propertyName, operator, value, high }: Condition): Filter => {
  if (takesNothing(operator)) return { propertyName, operator };
  if (takesSeveral(operator)) {
    const values = value.split(';').map((one) => one.trim());
    return { propertyName, operator, values: values.filter((one) => one !== '') };
  }
  return { propertyName, operator, value, ...(operator === 'BETWEEN' && { highValue: high }) };
};

/** Undefined where all records are meant. Conditions that lack something are left out. */
export function searchOf(
  query: string,
  conditions: readonly Condition[],
  sort?: { readonly property: string; readonly isDescending: boolean },
): Search | undefined {
  const filters = conditions.filter((one) => lackOf(one) === undefined).map(filterOf);
  const search: Search = {
    ...(query.trim() !== '' && { query: query.trim() }),
    ...(filters.length > 0 && { filterGroups: [{ filters }] }),
    ...(sort && {
      sorts: [
        {
          propertyName: sort.property,
          direction: sort.isDescending ? ('DESCENDING' as const) : ('ASCENDING' as const),
        },
      ],
    }),
  };
  return Object.keys(search).length === 0 ? undefined : search;
}
