// A filter as a condition in SQL, and the columns that stand in it for paths of documents.
export type SqlValue = number | string | Uint8Array;
/** SQL for the values at paths that stand in columns beside the document's JSON. */
export interface Columns {
  /** SQL of the encoded value at a path; undefined where only the JSON has it. */
  readonly get: (path: string) => string | undefined;
  /** SQL of the bare column: NULL where a document lacks the path. Given only where every path asked for has one. */
  readonly raw?: (path: string) => string;
  /** Whether some value in the bare column has a NUL character. */
  readonly hasNuls?: (path: string) => boolean;
  /** SQL of whether the list at a path has all of some texts; undefined where the document has to be looked at. */
  readonly terms?: (path: string, texts: readonly string[]) => Condition | undefined;
}

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** False: the SQL lets through more than the filter, and each document must be tested. */
  readonly exact: boolean;
}
