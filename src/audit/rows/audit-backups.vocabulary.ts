// What the audit log says of backups, their schedule, their drills and their loads.
import type { AccountBackupEvents, BackupEvents } from '../../backups/backup.events';
import type { BackupScheduleEvents } from '../../backups/schedules/schedule.events';
import type { DrillEvents } from '../../drills/drill.events';
import type { LoadEvents } from '../../loads/load.events';
import type { Described } from '../audit-entry.vocabulary';
import {
  backup,
  bookkeeping,
  made,
  REQUEST_TELLS,
  sameAct,
  security,
  type NoRow,
} from '../audit-wording.vocabulary';

export type AllBackupEvents = BackupEvents &
  AccountBackupEvents &
  BackupScheduleEvents &
  DrillEvents &
  LoadEvents;

type Rows = {
  readonly [K in keyof AllBackupEvents]: ((data: AllBackupEvents[K]) => Described) | NoRow;
};

const schedule = (action: string, summary: string, id: string, changes?: ReturnType<typeof made>) =>
  security('BACKUP', action, summary, { type: 'backup-schedules', id }, changes);

const drill = (action: string, summary: string, id: string, changes?: ReturnType<typeof made>) =>
  security('BACKUP', action, summary, { type: 'drills', id }, changes);

const load = (action: string, summary: string) => (data: { loadId: string; fileName?: string }) =>
  security('BACKUP', action, summary, {
    ...{ type: 'loads', id: data.loadId },
    ...(data.fileName !== undefined && { label: data.fileName }),
  });

export const backupRows: Rows = {
  'backup.requested.v2': backup('CREATE', 'Asked for a backup'),
  'backup.started.v1': bookkeeping(REQUEST_TELLS),
  'backup.completed.v2': backup('UPDATE', 'A backup is ready'),
  'backup.failed.v1': backup('UPDATE', 'A backup failed'),
  'backup.cancelled.v1': backup('UPDATE', 'Cancelled a backup'),
  'backup.rebuild-requested.v1': backup('RUN', 'Asked for a backup to be built again'),
  'backup.file-kept.v1': bookkeeping('what the schedule keeps; the schedule has its row'),
  'backup.file-expired.v1': backup('PURGE', "Deleted a backup's file, its time being over"),
  'backup.withdrawn.v1': backup('DELETE', "Deleted a backup's file: a record in it has been erased"),
  'backup.erasure-met.v1': bookkeeping('the erasure has its row'),
  'backup.downloaded.v1': backup('DOWNLOAD', 'Downloaded a backup'),
  'backup.link-made.v1': ({ backupId, linkId, expiresAt }) => ({
    ...backup('SHARE', "Made a link to a backup's file")({ backupId }),
    changes: made({ linkId, expiresAt }),
  }),
  'account.backup-allowed.v2': sameAct('backup.requested.v2'),

  'account.backup-schedule-set.v1': ({ scheduleId, cron, timeZone, objectTypes, keep }) =>
    schedule(
      'UPDATE',
      'Set the schedule of backups',
      scheduleId,
      made({ cron, timeZone, objectTypes, keep }),
    ),
  'account.backup-schedule-removed.v1': ({ scheduleId }) =>
    schedule('DELETE', 'Removed the schedule of backups', scheduleId),
  'account.backup-runs-missed.v1': ({ scheduleId, ...missed }) =>
    schedule('UPDATE', 'Scheduled backups were missed; one makes up for them', scheduleId, made(missed)),
  'account.backup-run-taken.v1': bookkeeping('what it leads to has its row'),
  'account.backup-run-requested.v1': sameAct('backup.requested.v2'),
  'account.backup-run-refused.v1': ({ scheduleId, ...refused }) =>
    schedule('UPDATE', 'A scheduled backup was refused', scheduleId, made(refused)),
  'account.backup-schedule-strained.v1': ({ scheduleId, quota }) =>
    schedule(
      'UPDATE',
      'The quota does not allow all scheduled backups any more',
      scheduleId,
      made({ quota }),
    ),
  'account.backup-schedule-eased.v1': ({ scheduleId, quota }) =>
    schedule('UPDATE', 'The quota allows all scheduled backups again', scheduleId, made({ quota })),

  'drill.requested.v1': ({ drillId, all, dueAt }) =>
    drill(
      'RUN',
      dueAt === null ? 'Asked for a drill of backups' : 'A drill of backups was due',
      drillId,
      made({ all }),
    ),
  'drill.ended.v1': ({ drillId, ok, compared, differences, reason }) =>
    drill(
      'UPDATE',
      ok ? 'A drill has found backups to be right' : 'A drill of backups failed',
      drillId,
      made({ ok, compared, differences, ...(reason !== null && { reason }) }),
    ),
  'drill.cancelled.v1': ({ drillId }) => drill('UPDATE', 'Cancelled a drill of backups', drillId),

  'backupload.requested.v1': load('IMPORT', 'Started to load a ZIP into the account'),
  'backupload.started.v1': bookkeeping(REQUEST_TELLS),
  'backupload.cancel-requested.v1': load('UPDATE', 'Asked for a load to be cancelled'),
  'backupload.completed.v1': load('UPDATE', 'A load is done'),
  'backupload.failed.v1': load('UPDATE', 'A load failed'),
  'backupload.cancelled.v1': load('UPDATE', 'A load stopped, cancelled'),
};
