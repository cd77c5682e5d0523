// What a search asks for, in HubSpot's words: groups of filters, sorts, and text to look for.
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

/** Ids of the only records that can match a filter, where they are known. */
export type Holders = ReadonlyMap<SearchFilter, readonly string[]>;
