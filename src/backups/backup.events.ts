// Events of one backup. Stream: `backup-<backupId>`.
export type BackupEvents = {
  'backup.requested.v1': {
    backupId: string;
    /** Decimal string: the state after the event at this position is what the backup holds. */
    position: string;
    /** ISO time that the position stands for. */
    asOf: string;
    objectTypes: readonly string[] | null;
  };
  'backup.started.v1': { backupId: string; attempt: number };
  'backup.completed.v1': {
    backupId: string;
    attempt: number;
    file: string;
    bytes: number;
    sha256: string;
    counts: Readonly<Record<string, number>>;
    fileExpiresAt: string;
  };
  'backup.failed.v1': { backupId: string; attempt: number; reason: string };
  'backup.cancelled.v1': { backupId: string };
  'backup.rebuild-requested.v1': { backupId: string };
  /** Its 14 days are over: the file is deleted; the entry and its position stay. */
  'backup.file-expired.v1': { backupId: string };
  /** A record in its file has been erased: the file is deleted; built again, it does not hold the record. */
  'backup.withdrawn.v1': { backupId: string };
  /** The same while it is being built: a file that does not know of the erasure must not complete it. */
  'backup.erasure-met.v1': {
    backupId: string;
    /** Position of the erasure, a decimal string. */
    erasedAt: string;
  };
  'backup.downloaded.v1': { backupId: string; userId: string };
  /** A link that hands out its file, until a time (ISO) and not beyond the end of what made it. */
  'backup.link-made.v1': { backupId: string; linkId: string; expiresAt: string };
};

/** Stream `account-backups`: the quota is decided here. */
export type AccountBackupEvents = { 'account.backup-allowed.v1': { backupId: string } };
