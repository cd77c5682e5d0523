// Events of one import. Stream: `import-<importId>`; `importId` is numeric.
import type { Reach } from '../identity/reach.vocabulary';
import type { KeptList } from '../files/kept-list';

export interface ImportFile {
  readonly fileName: string;
  /** The file's path in `files/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The file's line breaks: at least the number of its data rows. */
  readonly rowsAtMost: number;
}

/**
 * Counts of an import. `createdObjects + updatedObjects + unchangedObjects + errors` is the number of records that the
 * rows read are about, whatever became of them; with one record in each row it is the number of rows.
 */
export interface ImportCounters {
  readonly totalRows: number;
  readonly createdObjects: number;
  readonly updatedObjects: number;
  readonly unchangedObjects: number;
  /** Records that were not imported; the error list may have several lines for one record. */
  readonly errors: number;
  /**
   * Records created, by plural object type; types without any are left out. Imports by older versions lack this field
   * and all below.
   */
  readonly created?: Readonly<Record<string, number>>;
  readonly updated?: Readonly<Record<string, number>>;
  /** Pairs of records that were not associated before the import. */
  readonly associated?: number;
  /** Associations that could not be made; their records are imported all the same. */
  readonly associationErrors?: number;
}

/** How an import ended. */
export interface ImportEnd {
  importId: string;
  counters: ImportCounters;
  /** The errors of rows; absent where there were none, and on imports by older versions. */
  errors?: KeptList;
}

export type ImportEvents = {
  'import.requested.v1': {
    importId: string;
    name: string;
    /** HubSpot's importRequest as it was accepted. */
    request: unknown;
    files: readonly ImportFile[];
    /**
     * The first of the ids reserved for records, one for each record that a row can be about: repeating a row gives the
     * same ids.
     */
    recordIdBase: string;
    objectTypes: readonly string[];
    /** Whose records the requester may edit, where that is not everybody's. */
    reach?: Reach;
  };
  'import.started.v1': { importId: string };
  /** The import stops before its next rows; what it imported until then stays. */
  'import.cancel-requested.v1': { importId: string };
  'import.completed.v1': ImportEnd;
  'import.failed.v1': ImportEnd & { reason: string };
  'import.cancelled.v1': ImportEnd;
  /** Somebody fetched a file that the import was asked for with, by its number in the request. */
  'import.downloaded.v1': { importId: string; userId: string; file: number };
};
