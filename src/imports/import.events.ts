// Events of one import. Stream: `import-<importId>`; `importId` is numeric.
import type { Reach } from '../identity/reach.vocabulary';
import type { KeptList } from '../files/kept-list';
import type { ImportCounters } from './import-counters.vocabulary';
import type { CsvFormat } from './rows/csv-format';

export interface ImportFile {
  readonly fileName: string;
  /** The file's path in `files/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The file's line breaks: at least the number of its data rows. */
  readonly rowsAtMost: number;
  /** How the file is read; absent on imports by older versions, where the request says so. */
  readonly readAs?: CsvFormat;
}

/** How an import ended. */
export interface ImportEnd {
  importId: string;
  counters: ImportCounters;
  /** The errors of rows; absent where there were none, and on imports by older versions. */
  errors?: KeptList;
  dryRun?: true;
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
    /** Nothing is written: the import tells what it would do. */
    dryRun?: true;
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
