// Events of the schedule of backups, in the stream `account-backup-schedule`.

/** How many days, weeks and months keep the file of a backup beyond the 14 days, each that of its first backup. */
export interface Keep {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

export interface Schedule {
  readonly scheduleId: string;
  /** Five fields. */
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly objectTypes: readonly string[] | null;
  /** Null where no file is kept beyond the 14 days. */
  readonly keep: Keep | null;
}

/** Due times that passed without a run, which one run makes up for. */
export interface Missed {
  readonly count: number;
  /** True where there were more than were counted. */
  readonly andMore: boolean;
  /** ISO times. */
  readonly first: string;
  readonly last: string;
}

/** Events of the schedule. `dueAt` is an ISO time. */
export type BackupScheduleEvents = {
  'account.backup-schedule-set.v1': Schedule;
  'account.backup-schedule-removed.v1': { scheduleId: string };
  /** Before the run that makes up for them. */
  'account.backup-runs-missed.v1': Missed & { scheduleId: string };
  /** A run is taken up, which nobody else may do; what has become of it another event tells. */
  'account.backup-run-taken.v1': { scheduleId: string; dueAt: string; backupId: string };
  'account.backup-run-requested.v1': { scheduleId: string; dueAt: string; backupId: string };
  /** The backup was refused, as by the quota; `reason` is the code of the refusal. */
  'account.backup-run-refused.v1': {
    scheduleId: string;
    dueAt: string;
    reason: string;
    nextAllowedAt: string | null;
  };
  /** The quota has become one that does not allow all runs; `quota` is as in the setting BACKUP_QUOTA. */
  'account.backup-schedule-strained.v1': { scheduleId: string; quota: string };
  /** The quota allows all runs again. */
  'account.backup-schedule-eased.v1': { scheduleId: string; quota: string };
};
