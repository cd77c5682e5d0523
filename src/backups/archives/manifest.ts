// The manifest of a backup: its position in which log, and what its files hold. It tells nothing of the requester or
// the time of the request, so that the same backup has the same bytes.
/** To be raised when columns, formats or the layout of the ZIP change their meaning. */
export const SCHEMA_VERSION = 1;

export interface ManifestFile {
  readonly name: string;
  /** Absent for the file of associations. */
  readonly objectType?: string;
  /** Rows without the header. */
  readonly rows: number;
  readonly bytes: number;
  /** Hash of the CSV in lowercase hex, the same on any machine. */
  readonly sha256: string;
}

export interface Manifest {
  readonly schemaVersion: number;
  readonly product: { readonly name: string; readonly version: string };
  readonly logId: string;
  /** Decimal string: the backup holds the state after the event at this position. */
  readonly position: string;
  /** ISO time of the position. */
  readonly asOf: string;
  readonly objectTypes: readonly string[];
  readonly compressionLevel: number;
  /** Records that were live at the position and have been erased since, by object type: they are in no file. */
  readonly erased?: Readonly<Record<string, number>>;
  readonly files: readonly ManifestFile[];
}
