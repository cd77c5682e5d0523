// Events of one load, which brings a ZIP of CSVs into the account. Stream: `backupload-<loadId>`; `loadId` is numeric.
import type { KeptList } from '../files/kept-list';

export interface LoadFile {
  /** The file's path in `files/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface LoadOptions {
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
  /** Without it, a ZIP that needs definitions which the account lacks is refused. */
  readonly createDefinitions: boolean;
  /** Object types by the names of files in the ZIP; null where a file is to be left out. */
  readonly files: Readonly<Record<string, string | null>>;
}

export interface LoadCounters {
  /** Rows read, of all passes. */
  readonly rows: number;
  /** Records brought in, by plural object type. */
  readonly records: Readonly<Record<string, number>>;
  /** Records among them that have another id than in the ZIP, because theirs was taken. */
  readonly mapped: number;
  /** Rows without a record of theirs, and why: in the list of errors. */
  readonly notLoaded: number;
  /** Values that did not fit, of records that were brought in. */
  readonly valuesLeftOut: number;
  /** Pairs of records that were not associated before. */
  readonly associated: number;
  /** Associations that could not be made. */
  readonly associationErrors: number;
  /** Definitions made: object types, groups, properties, pipelines, stages, association types. */
  readonly definitions: number;
}

/** How a load ended. */
export interface LoadEnd {
  loadId: string;
  counters: LoadCounters;
  /** What did not fit, row by row; absent where all did. */
  errors?: KeptList;
  /** What was to be done; absent where the load ended before that was known. */
  plan?: KeptList;
  /** It was only to say what would be done. */
  dryRun?: true;
}

export type LoadEvents = {
  'backupload.requested.v1': {
    loadId: string;
    /** The ZIP's own name, as it was sent. */
    fileName: string;
    file: LoadFile;
    options: LoadOptions;
  };
  'backupload.started.v1': { loadId: string };
  /** The load stops before its next rows; what it has brought in until then stays. */
  'backupload.cancel-requested.v1': { loadId: string };
  'backupload.completed.v1': LoadEnd;
  'backupload.failed.v1': LoadEnd & { reason: string };
  'backupload.cancelled.v1': LoadEnd;
};
