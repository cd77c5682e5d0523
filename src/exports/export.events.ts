// Events of one export. Stream: `export-<exportId>`; `exportId` is numeric.
import type { Reach } from '../identity/reach.vocabulary';
import type { FilterGroup, SearchSort } from '../crm/search/filter-groups';
import type { LogPosition } from '../eventsourcing/event';

/** An object type whose records are shown beside the exported records that they are associated with. */
export interface ExportedType {
  /** The plural name. */
  readonly objectType: string;
  readonly label: string;
  /** The property that is shown as a record's name; null where only ids are shown. */
  readonly displayProperty: string | null;
}

/** What to export, and how to write it. */
export interface ExportRequest {
  /** Property names in the order of the columns; the record's id comes before them. */
  readonly properties: readonly string[];
  /** The properties whose values the requester may not see. */
  readonly masked: readonly string[];
  /** Whose records the requester may view, where that is not everybody's. */
  readonly reach?: Reach;
  readonly filterGroups: readonly FilterGroup[];
  readonly sorts: readonly SearchSort[];
  readonly query: string | null;
  /** True where columns are headed by the labels of properties, not by their names. */
  readonly labelledColumns: boolean;
  /** True where options are written by their labels, not by their values. */
  readonly labelledValues: boolean;
  readonly associated: {
    readonly types: readonly ExportedType[];
    readonly labels: boolean;
    /** True where a cell may list more than 1,000 records of a type. */
    readonly all: boolean;
  };
}

export type ExportEvents = {
  'export.requested.v1': {
    exportId: string;
    name: string;
    /** The plural name. */
    objectType: string;
    /** The export holds the records as they were after the event at this position. */
    position: LogPosition;
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
  /** The 30 days of the file are over: it is deleted, the export stays listed. */
  'export.file-expired.v1': { exportId: string };
  /**
   * A record in the export has been erased: its file is deleted, or an attempt under way is begun again without the
   * record.
   */
  'export.withdrawn.v1': { exportId: string };
  'export.downloaded.v1': { exportId: string; userId: string };
};
