// Events of one import. Stream: `import-<importId>`; `importId` is numeric.
import type { KeptList } from '../files/kept-list';

export interface ImportFile {
  readonly fileName: string;
  /** Where it lies in `files/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** At least as many as it has data rows: its line breaks. */
  readonly rowsAtMost: number;
}

/**
 * `createdObjects + updatedObjects + unchangedObjects + errors` are the records that the rows read are about, whatever
 * became of them: where each row is about one, the rows.
 */
export interface ImportCounters {
  readonly totalRows: number;
  readonly createdObjects: number;
  readonly updatedObjects: number;
  readonly unchangedObjects: number;
  /** Records that were not imported; the error list may have several lines for one. */
  readonly errors: number;
  /** By object type, plural; types of which none was are left out. Imports of before have none of what follows. */
  readonly created?: Readonly<Record<string, number>>;
  readonly updated?: Readonly<Record<string, number>>;
  /** Pairs of records that were not associated before. */
  readonly associated?: number;
  /** Associations that could not be made: their records are imported all the same. */
  readonly associationErrors?: number;
}

/** How an import ended. */
export interface ImportEnd {
  importId: string;
  counters: ImportCounters;
  /** What was wrong with rows; absent where nothing was, and on imports of before. */
  errors?: KeptList;
}

export type ImportEvents = {
  'import.requested.v1': {
    importId: string;
    name: string;
    /** HubSpot's importRequest as accepted. */
    request: unknown;
    files: readonly ImportFile[];
    /** First of the ids kept for its records, one for each that a row can be about: a repeat makes the same ones. */
    recordIdBase: string;
    objectTypes: readonly string[];
  };
  'import.started.v1': { importId: string };
  /** It stops before its next rows; what was imported until then stays. */
  'import.cancel-requested.v1': { importId: string };
  'import.completed.v1': ImportEnd;
  'import.failed.v1': ImportEnd & { reason: string };
  'import.cancelled.v1': ImportEnd;
};
