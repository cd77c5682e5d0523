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

/** `createdObjects + updatedObjects + unchangedObjects + errors` are the rows read, whatever became of them. */
export interface ImportCounters {
  readonly totalRows: number;
  readonly createdObjects: number;
  readonly updatedObjects: number;
  readonly unchangedObjects: number;
  /** Rows that were not imported; the error list may have several lines for one. */
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
  /** It stops before its next rows; what was imported until then stays. */
  'import.cancel-requested.v1': { importId: string };
  'import.completed.v1': { importId: string; counters: ImportCounters };
  'import.failed.v1': { importId: string; reason: string; counters: ImportCounters };
  'import.cancelled.v1': { importId: string; counters: ImportCounters };
};

/** Stream `account-imports`: hands out blocks of record ids, so that no two imports share one. */
export type AccountImportEvents = {
  'account.import-block-taken.v1': { importId: string; base: string; size: number };
};
