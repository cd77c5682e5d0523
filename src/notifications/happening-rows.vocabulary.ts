// The events that people are told of, a row each: what has happened, and whom it concerns.
import type { AuditCommentEvents } from '../audit/comments/comment.events';
import type { AuditExportEvents } from '../audit/exports/audit-export.events';
import type { AuditExportScheduleEvents } from '../audit/exports/schedules/schedule.events';
import type { IncidentEvents } from '../audit/alerts/alert.events';
import type { BackupEvents } from '../backups/backup.events';
import type { BackupScheduleEvents } from '../backups/schedules/schedule.events';
import type { DrillEvents } from '../drills/drill.events';
import type { ExportEvents } from '../exports/export.events';
import type { ApiKeyEvents, SessionEvents } from '../identity/identity.events';
import type { AccountAdminEvents } from '../identity/users/user.events';
import { importedNone, type ImportCounters } from '../imports/import-counters.vocabulary';
import type { ImportEvents } from '../imports/import.events';
import type { LoadCounters, LoadEvents } from '../loads/load.events';
import type { BinRestoreEvents } from '../recycle-bin/bin-restore.events';
import type { RestoreEvents, RestorePlanEvents } from '../restores/restore.events';
import type { NotificationAbout } from './notification.events';
import { sensitivityOf, type NotificationKind } from './notification-kinds.vocabulary';
import { countsTold, NOTHING, numberTold, outcomesTold } from './told-counts.vocabulary';

/** Events that are told of as they are; logins are looked at first. */
export type ToldEvents = BackupEvents &
  AuditExportEvents &
  AuditExportScheduleEvents &
  LoadEvents &
  BackupScheduleEvents &
  DrillEvents &
  RestorePlanEvents &
  RestoreEvents &
  BinRestoreEvents &
  ImportEvents &
  ExportEvents &
  AccountAdminEvents &
  SessionEvents &
  ApiKeyEvents &
  AuditCommentEvents &
  IncidentEvents;

export interface Happening {
  readonly kind: NotificationKind;
  readonly about: NotificationAbout;
  /** The person whom it concerns, where that is not whoever asked for it; null: super admins. */
  readonly concerns?: string | null;
  /** People who are told as well. */
  readonly others?: readonly string[];
}

function loadTold({ records, associated, notLoaded, associationErrors, valuesLeftOut }: LoadCounters) {
  const leftOut = outcomesTold({
    'rows without a record': notLoaded,
    'associations that could not be made': associationErrors,
    'values left out': valuesLeftOut,
  });
  return {
    counts: countsTold({ ...records, associations: associated }),
    ...(leftOut !== NOTHING && { leftOut }),
  };
}

const importTold = (counters: ImportCounters) =>
  outcomesTold({
    created: counters.createdObjects,
    updated: counters.updatedObjects,
    unchanged: counters.unchangedObjects,
    'not imported': counters.errors,
    'associations that could not be made': counters.associationErrors ?? 0,
  });

type Rows = { readonly [K in keyof ToldEvents]?: (data: ToldEvents[K]) => Happening | undefined };

const idsOf = ({ userId, actor, ip, targetId }: Readonly<Record<string, string>>) => ({
  ...(userId !== undefined && { userId }),
  ...(actor !== undefined && { actor }),
  ...(ip !== undefined && { ip }),
  ...(targetId !== undefined && { targetId }),
});

export const happeningRows: Rows = {
  'backup.completed.v2': ({ backupId, fileExpiresAt, sensitive, counts, manifest }) => ({
    kind: 'BACKUP_COMPLETED',
    about: {
      ...{ backupId, expiresAt: fileExpiresAt, counts: countsTold(counts) },
      ...(manifest && { asOf: manifest.asOf }),
      ...sensitivityOf(sensitive),
    },
  }),
  'backup.failed.v1': ({ backupId }) => ({ kind: 'BACKUP_FAILED', about: { backupId } }),
  'account.backup-runs-missed.v1': ({ count, andMore, first, last }) => ({
    kind: 'BACKUP_RUNS_MISSED',
    about: { runs: `${andMore ? 'More than ' : ''}${count}`, first, last },
  }),
  'account.backup-run-refused.v1': ({ dueAt, reason, nextAllowedAt }) => ({
    kind: 'BACKUP_RUN_REFUSED',
    about: { dueAt, reason, ...(nextAllowedAt !== null && { nextAllowedAt }) },
  }),
  'account.backup-schedule-strained.v1': ({ quota }) => ({
    kind: 'BACKUP_SCHEDULE_TOO_DENSE',
    about: { quota },
  }),
  'drill.ended.v1': ({ drillId, ok, differences }) =>
    ok
      ? undefined
      : { kind: 'DRILL_FAILED', about: { drillId, differences: String(differences) }, concerns: null },
  'restore.completed.v1': ({ restoreId, outcomes }) => ({
    kind: 'RESTORE_COMPLETED',
    about: { restoreId, outcomes: outcomesTold({ ...outcomes }) },
  }),
  'restore.failed.v1': ({ restoreId, outcomes }) => ({
    kind: 'RESTORE_FAILED',
    about: { restoreId, outcomes: outcomesTold({ ...outcomes }) },
  }),
  'restoreplan.approval-asked.v1': ({ planId, askedBy, rows }) => ({
    kind: 'RESTORE_APPROVAL_AWAITED',
    about: { planId, rows: String(rows) },
    ...(askedBy !== null && { concerns: askedBy }),
  }),
  'restoreplan.approved.v1': ({ planId, askedBy }) => ({
    kind: 'RESTORE_APPROVED',
    about: { planId },
    ...(askedBy !== null && { concerns: askedBy }),
  }),
  'restoreplan.rejected.v1': ({ planId, askedBy }) => ({
    kind: 'RESTORE_REJECTED',
    about: { planId },
    ...(askedBy !== null && { concerns: askedBy }),
  }),
  'binrestore.completed.v1': ({ restoreId, outcomes }) => ({
    kind: 'RESTORE_COMPLETED',
    about: { binRestoreId: restoreId, outcomes: outcomesTold({ ...outcomes }) },
  }),
  'binrestore.failed.v1': ({ restoreId, outcomes }) => ({
    kind: 'RESTORE_FAILED',
    about: { binRestoreId: restoreId, outcomes: outcomesTold({ ...outcomes }) },
  }),
  // Who asks what an import or a load would do looks at the answer.
  'import.completed.v1': ({ importId, counters, dryRun }) =>
    dryRun ? undefined : { kind: 'IMPORT_COMPLETED', about: { importId, outcomes: importTold(counters) } },
  'import.failed.v1': ({ importId, counters, dryRun }) =>
    dryRun
      ? undefined
      : {
          kind: 'IMPORT_FAILED',
          about: {
            ...{ importId, outcomes: importTold(counters) },
            ...(importedNone(counters) && { none: numberTold(counters.totalRows) }),
          },
        },
  'backupload.completed.v1': ({ loadId, dryRun, counters }) =>
    dryRun ? undefined : { kind: 'LOAD_COMPLETED', about: { loadId, ...loadTold(counters) } },
  'backupload.failed.v1': ({ loadId, dryRun, counters }) =>
    dryRun ? undefined : { kind: 'LOAD_FAILED', about: { loadId, ...loadTold(counters) } },
  'export.completed.v1': ({ exportId }) => ({ kind: 'EXPORT_COMPLETED', about: { exportId } }),
  'export.failed.v1': ({ exportId }) => ({ kind: 'EXPORT_FAILED', about: { exportId } }),
  'auditexport.completed.v1': ({ exportId, fileExpiresAt, recipients }) => ({
    ...{ kind: 'AUDIT_EXPORT_COMPLETED', about: { exportId, expiresAt: fileExpiresAt }, others: recipients },
  }),
  'auditexport.failed.v1': ({ exportId, recipients }) => ({
    ...{ kind: 'AUDIT_EXPORT_FAILED', about: { exportId }, others: recipients },
  }),
  'auditexportschedule.runs-missed.v1': ({ scheduleId, count, andMore, first, last }) => ({
    kind: 'AUDIT_EXPORT_RUNS_MISSED',
    about: { scheduleId, runs: `${andMore ? 'More than ' : ''}${count}`, first, last },
  }),
  'auditexportschedule.run-refused.v1': ({ scheduleId, dueAt, reason }) => ({
    ...{ kind: 'AUDIT_EXPORT_RUN_REFUSED', about: { scheduleId, dueAt, reason } },
  }),
  'account.super-admin-given.v1': ({ userId }) => ({
    ...{ kind: 'ADMIN_GIVEN', about: { userId }, concerns: userId },
  }),
  'account.super-admin-taken.v1': ({ userId }) => ({
    ...{ kind: 'ADMIN_TAKEN', about: { userId }, concerns: userId },
  }),
  'session.employee-started.v1': ({ sessionId, department }) => ({
    ...{ kind: 'EMPLOYEE_LOGIN', about: { sessionId, department }, concerns: null },
  }),
  'auditcomment.mentioned.v1': ({ commentId, userId }) => ({
    ...{ kind: 'AUDIT_MENTION', about: { commentId }, concerns: userId },
  }),
  // A test is told to whoever asks for it. What a row's filter says beside ids may be about a customer.
  'incident.opened.v1': ({ alertId, incidentId, name, kind, by, count, first, rows, silent }) =>
    silent
      ? undefined
      : {
          kind: `ALERT_${kind}`,
          about: { alertId, incidentId, name, by, count: String(count), first, ...idsOf(rows) },
          ...(by !== 'test' && { concerns: null }),
        },
  'apikey.created.v1': ({ keyId, userId }) => ({ kind: 'API_KEY_CREATED', about: { keyId, userId } }),
};
