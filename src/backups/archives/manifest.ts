// What a backup says of itself: where in which log it stands and what its files hold. Nothing of who asked, or when.
/** Raised when columns, formats or the layout of the ZIP change their meaning. */
export const SCHEMA_VERSION = 1;

export interface ManifestFile {
  readonly name: string;
  /** Absent from the associations. */
  readonly objectType?: string;
  /** Without the header. */
  readonly rows: number;
  readonly bytes: number;
  /** Of the CSV, lowercase hex: the same on any machine. */
  readonly sha256: string;
}

export interface Manifest {
  readonly schemaVersion: number;
  readonly product: { readonly name: string; readonly version: string };
  readonly logId: string;
  /** Decimal string: the state after the event at this position. */
  readonly position: string;
  /** ISO time of that position. */
  readonly asOf: string;
  readonly objectTypes: readonly string[];
  readonly compressionLevel: number;
  /** Records by object type that were live at the position and have been erased since: they are in no file. */
  readonly erased?: Readonly<Record<string, number>>;
  readonly files: readonly ManifestFile[];
}
