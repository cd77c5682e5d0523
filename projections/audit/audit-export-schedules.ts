// The schedules by which exports of the audit log are made.
import type {
  AuditExportScheduleEvents,
  ExportSchedule,
} from '../../src/audit/exports/schedules/schedule.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface AuditExportScheduleDocument extends Doc, ExportSchedule {
  readonly createdAt: string;
  /** Id of the user. */
  readonly createdBy: string | null;
  readonly lastRun: {
    readonly dueAt: string;
    readonly at: string;
    readonly exportId: string | null;
    /** Code of the refusal. */
    readonly refused: string | null;
  } | null;
}

export const auditExportSchedules: Projection<AuditExportScheduleDocument, AuditExportScheduleEvents> = {
  name: 'audit-export-schedules',
  version: 1,
  indexes: [['createdAt']],
  on: {
    'auditexportschedule.created.v1': ({ scheduleId, viewer: _, ...schedule }, { meta }) => ({
      id: scheduleId,
      put: { ...schedule, createdAt: meta.at, createdBy: meta.actor.userId ?? null, lastRun: null },
    }),
    'auditexportschedule.deleted.v1': ({ scheduleId }) => ({ id: scheduleId, remove: true }),
    'auditexportschedule.run-requested.v1': ({ scheduleId, dueAt, exportId }, { meta }) => ({
      id: scheduleId,
      patch: { lastRun: { dueAt, at: meta.at, exportId, refused: null } },
    }),
    'auditexportschedule.run-refused.v1': ({ scheduleId, dueAt, reason }, { meta }) => ({
      id: scheduleId,
      patch: { lastRun: { dueAt, at: meta.at, exportId: null, refused: reason } },
    }),
  },
};
