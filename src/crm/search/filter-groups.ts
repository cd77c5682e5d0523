// The shape of a search in HubSpot's words: groups of filters, sorts, and a search text.
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

/** For each filter whose possible matches are known: the ids of the only records that can match it. */
export type Holders = ReadonlyMap<SearchFilter, readonly string[]>;
