// A condition in SQL, and what stands in it for the paths of a document.
export type SqlValue = number | string | Uint8Array;
/** What stands for a path in SQL, where it stands anywhere but in the JSON. */
export interface Columns {
  /** Its encoded value. */
  readonly get: (path: string) => string | undefined;
  /** The bare column: NULL where the path is missing. Only where all paths that are asked have one. */
  readonly raw?: (path: string) => string;
}

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** False: the SQL lets through more than the filter, and each document must be tested. */
  readonly exact: boolean;
}
