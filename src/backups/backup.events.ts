// Events of one backup. Stream: `backup-<backupId>`.
import type { LogPosition } from '../eventsourcing/event';
import type { Manifest } from './archives/manifest';

/** The file as it is stored, where it is encrypted; elsewhere `bytes` and `sha256` are those of the ZIP within. */
export interface EncryptedFile {
  /** Fingerprint of the key that opens it, lowercase hex. */
  readonly to: string;
  readonly sha256: string;
  readonly bytes: number;
}

export type BackupEvents = {
  'backup.requested.v2': {
    backupId: string;
    /** The backup holds the state after the event at this position. */
    position: LogPosition;
    /** ISO time that the position stands for. */
    asOf: string;
    objectTypes: readonly string[] | null;
    /** Whether a property of its object types held sensitive values at the position; null where nobody looked. */
    sensitive: boolean | null;
    /** ISO time at which the schedule had it due; null where somebody asked for it. */
    dueAt: string | null;
  };
  'backup.started.v1': { backupId: string; attempt: number };
  'backup.completed.v2': {
    backupId: string;
    attempt: number;
    file: string;
    bytes: number;
    sha256: string;
    counts: Readonly<Record<string, number>>;
    fileExpiresAt: string;
    sensitive: boolean | null;
    /** Null where it was built before manifests were kept here. */
    manifest: Manifest | null;
    encrypted: EncryptedFile | null;
  };
  'backup.failed.v1': { backupId: string; attempt: number; reason: string };
  'backup.cancelled.v1': { backupId: string };
  'backup.rebuild-requested.v1': { backupId: string };
  /** The 14 days of the file are over: it is deleted, the backup and its position stay. */
  'backup.file-expired.v1': { backupId: string };
  /** The schedule keeps the file for another time. */
  'backup.file-kept.v1': { backupId: string; fileExpiresAt: string };
  /** A record in the file has been erased: the file is deleted. Rebuilt, it does not hold the record. */
  'backup.withdrawn.v1': { backupId: string };
  /**
   * A record of the backup was erased while its file was being built: a file that may hold the record must not complete
   * the backup.
   */
  'backup.erasure-met.v1': {
    backupId: string;
    /** Position of the erasure. */
    erasedAt: LogPosition;
  };
  'backup.downloaded.v1': { backupId: string; userId: string };
  /**
   * A link that downloads the file was made. It is valid until an ISO time, and no longer than the session or API key
   * that made it.
   */
  'backup.link-made.v1': { backupId: string; linkId: string; expiresAt: string };
};

/** Events of the quota, in the stream `account-backups`. */
export type AccountBackupEvents = {
  'account.backup-allowed.v2': {
    backupId: string;
    /** ISO time; null where somebody asked for it. */ dueAt: string | null;
  };
};
