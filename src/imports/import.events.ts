// Events of one import. Stream: `import-<importId>`; `importId` is numeric.
export interface ImportFile {
  readonly fileName: string;
  /** Where it lies in `files/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** At least as many as it has data rows: its line breaks. */
  readonly rowsAtMost: number;
}

export interface ImportCounters {
  readonly totalRows: number;
  readonly createdObjects: number;
  readonly updatedObjects: number;
  readonly unchangedObjects: number;
  readonly errors: number;
}

export type ImportEvents = {
  'import.requested.v1': {
    importId: string;
    name: string;
    /** HubSpot's importRequest as accepted. */
    request: unknown;
    files: readonly ImportFile[];
    /** First of the record ids kept for its rows: row n of a create gets base + 2n, so that a repeat makes the same. */
    recordIdBase: string;
    objectTypes: readonly string[];
  };
  'import.started.v1': { importId: string };
  'import.completed.v1': { importId: string; counters: ImportCounters };
  'import.failed.v1': { importId: string; reason: string; counters: ImportCounters };
  'import.cancelled.v1': { importId: string };
};

/** Stream `account-imports`: hands out blocks of record ids, so that no two imports share one. */
export type AccountImportEvents = {
  'account.import-block-taken.v1': { importId: string; base: string; size: number };
};
