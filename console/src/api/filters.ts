// Filters over the values of records: as the API takes them, and as a short text that stands in an address:
// `city:EQ:Oslo;amount:BETWEEN:10,20|phone:HAS_PROPERTY`, where `;` is "and" and `|` is "or".
import type { Schemas } from './client';

export const operators = [
  ...(['EQ', 'NEQ', 'IN', 'NOT_IN', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'] as const),
  ...(['GT', 'GTE', 'LT', 'LTE', 'BETWEEN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const),
] as const;
export type Operator = (typeof operators)[number];

export interface Filter {
  readonly property: string;
  readonly operator: Operator;
  /** One for most operators, two for BETWEEN, any number for IN and NOT_IN, none for (NOT_)HAS_PROPERTY. */
  readonly values: readonly string[];
}
/** Records match that match all filters of any one group. */
export type FilterGroups = readonly (readonly Filter[])[];

export const MAX_GROUPS = 5;
export const MAX_FILTERS = 6;

const written = (value: string): string =>
  value.replace(/[%:;,|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
const read = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

export const isWithoutValue = (operator: Operator): boolean => operator.endsWith('HAS_PROPERTY');

export const filtersText = (groups: FilterGroups): string | undefined =>
  groups
    .filter((group) => group.length > 0)
    .map((group) =>
      group
        .map(({ property, operator, values }) =>
          [written(property), operator, ...(values.length > 0 ? [values.map(written).join(',')] : [])].join(
            ':',
          ),
        )
        .join(';'),
    )
    .join('|') || undefined;

/** Reads such a text; what is no filter is passed over, since anybody may have typed it. */
export function filtersOf(text: string | undefined): FilterGroups {
  if (text === undefined || text === '') return [];
  return text
    .split('|')
    .map((group) =>
      group.split(';').flatMap((filter): Filter[] => {
        const [property = '', operator = '', values] = filter.split(':');
        const known = operators.find((name) => name === operator);
        if (property === '' || !known || (values === undefined && !isWithoutValue(known))) return [];
        const given = isWithoutValue(known) || values === undefined ? [] : values.split(',').map(read);
        return [{ property: read(property), operator: known, values: given }];
      }),
    )
    .filter((group) => group.length > 0);
}

/** As the API takes them. */
export const asked = (groups: FilterGroups): Schemas['FilterGroup'][] =>
  groups.map((group) => ({
    filters: group.map(({ property, operator, values }) => ({
      ...{ propertyName: property, operator },
      ...(operator === 'IN' || operator === 'NOT_IN'
        ? { values: [...values] }
        : operator === 'BETWEEN'
          ? { value: values[0] ?? '', highValue: values[1] ?? '' }
          : isWithoutValue(operator)
            ? {}
            : { value: values[0] ?? '' }),
    })),
  }));
