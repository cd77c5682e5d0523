// Events of one export of the audit log. Stream: `auditexport-<exportId>`; `exportId` is numeric.
import type { LogPosition } from '../../eventsourcing/event';
import type { Reach } from '../../identity/reach.vocabulary';
import type { Filter } from '../../read/document-store';

export type ExportFormat = 'csv' | 'jsonl';
/** `employee-access`: logins of the vendor's employees, and what they did where the tier shows it. */
export type ExportKind = 'entries' | 'employee-access';

/** By whose rights values are shown: those that whoever asked had when they did. */
export interface ExportViewer {
  readonly superAdmin: boolean;
  /** Those on records alone. */
  readonly scopes: 'all' | readonly string[];
  /** Left out where it is everybody's records. */
  readonly reach?: Reach;
}

/** Which entries are meant. */
export interface AskedEntries {
  /** Id of a view; null where a filter was given. */
  readonly view: string | null;
  /** The parameters of `GET /entries` as they were given, or as the view gave them. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface AuditExportRequest {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly asked: AskedEntries;
  /**
   * What was asked for, as a filter over entries: it means later what it meant then, whoever joins a team. Categories that
   * are left out may be among them.
   */
  readonly filter: Filter;
  /** The version of entries that the filter is about. */
  readonly entriesVersion: number;
  readonly viewer: ExportViewer;
  /** What the account's tier showed. */
  readonly shows: { readonly details: boolean; readonly departments: boolean };
  /** Categories that were left out for want of an add-on. */
  readonly leftOut: readonly string[];
  /** Null where nobody's schedule asked. */
  readonly scheduleId: string | null;
  /** Ids of the users who are told of the end besides whoever asked. */
  readonly recipients: readonly string[];
}

export type AuditExportEvents = {
  'auditexport.requested.v1': AuditExportRequest & {
    exportId: string;
    /** Entries after this position are left out. */
    position: LogPosition;
  };
  'auditexport.started.v1': { exportId: string; attempt: number };
  'auditexport.completed.v1': {
    exportId: string;
    attempt: number;
    file: string;
    bytes: number;
    sha256: string;
    rows: number;
    /** Of the first and the last entry; null where there is none. */
    first: LogPosition | null;
    last: LogPosition | null;
    fileExpiresAt: string;
    recipients: readonly string[];
  };
  'auditexport.failed.v1': {
    exportId: string;
    attempt: number;
    reason: string;
    recipients: readonly string[];
  };
  'auditexport.cancelled.v1': { exportId: string };
  /** The 30 days of the file are over: it is deleted, the export stays listed. */
  'auditexport.file-expired.v1': { exportId: string };
  /** A record that the file tells of has been erased: it is deleted, or an attempt under way is begun again. */
  'auditexport.withdrawn.v1': { exportId: string };
  'auditexport.downloaded.v1': { exportId: string; userId: string };
  'auditexport.link-made.v1': { exportId: string; linkId: string; expiresAt: string };
};
