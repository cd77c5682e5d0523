// Events of one export. Stream: `export-<exportId>`; `exportId` is numeric.
import type { FilterGroup, SearchSort } from '../crm/search/filter-groups';

/** A type whose records stand beside those that they are associated with. */
export interface ExportedType {
  /** Plural name. */
  readonly objectType: string;
  readonly label: string;
  /** The property that names its records; null: their ids stand alone. */
  readonly displayProperty: string | null;
}

/** What to export, and how it is written. */
export interface ExportRequest {
  /** Names, in the order of the columns; the record's id stands before them. */
  readonly properties: readonly string[];
  /** Those of the properties whose values whoever asked may not see. */
  readonly masked: readonly string[];
  readonly filterGroups: readonly FilterGroup[];
  readonly sorts: readonly SearchSort[];
  readonly query: string | null;
  /** Columns are headed by the properties' labels, not by their names. */
  readonly labelledColumns: boolean;
  /** Options are written by their labels, not by their values. */
  readonly labelledValues: boolean;
  readonly associated: {
    readonly types: readonly ExportedType[];
    readonly labels: boolean;
    /** More than 1,000 records of a type in one row, where there are. */
    readonly all: boolean;
  };
}

export type ExportEvents = {
  'export.requested.v1': {
    exportId: string;
    name: string;
    /** Plural name. */
    objectType: string;
    /** Decimal string: it holds the records as they were after the event at this position. */
    position: string;
    request: ExportRequest;
  };
  'export.started.v1': { exportId: string; attempt: number };
  'export.completed.v1': {
    exportId: string;
    attempt: number;
    file: string;
    bytes: number;
    sha256: string;
    rows: number;
    fileExpiresAt: string;
  };
  'export.failed.v1': { exportId: string; attempt: number; reason: string };
  'export.cancelled.v1': { exportId: string };
  /** Its 30 days are over: the file is deleted, the entry stays. */
  'export.file-expired.v1': { exportId: string };
  /** A record in it has been erased: the file is deleted; one that is still being made is begun anew without it. */
  'export.withdrawn.v1': { exportId: string };
  'export.downloaded.v1': { exportId: string; userId: string };
};
