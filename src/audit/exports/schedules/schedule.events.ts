// Events of one schedule of exports of the audit log. Stream: `auditexportschedule-<scheduleId>`.
import type { Missed } from '../../../backups/schedules/schedule.events';
import type { AuditExportRequest, ExportFormat } from '../audit-export.events';

export interface ExportSchedule {
  /** Five fields. */
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Id of a view; null where there is none. */
  readonly view: string | null;
  /** The parameters of `GET /entries`, in place of the view's. */
  readonly filter: Readonly<Record<string, string>>;
  readonly format: ExportFormat;
  /** Ids of users. */
  readonly recipients: readonly string[];
}

/** `dueAt` is an ISO time. */
export type AuditExportScheduleEvents = {
  /** `viewer`: the rights by which its exports show values, those of whoever set it. */
  'auditexportschedule.created.v1': ExportSchedule &
    Pick<AuditExportRequest, 'viewer'> & { scheduleId: string };
  'auditexportschedule.deleted.v1': { scheduleId: string };
  /** Before the run that makes up for them. */
  'auditexportschedule.runs-missed.v1': Missed & { scheduleId: string };
  /** A run is taken up, which nobody else may do; what has become of it another event tells. */
  'auditexportschedule.run-taken.v1': { scheduleId: string; dueAt: string; exportId: string };
  'auditexportschedule.run-requested.v1': { scheduleId: string; dueAt: string; exportId: string };
  /** `reason` is the code of a refusal. */
  'auditexportschedule.run-refused.v1': { scheduleId: string; dueAt: string; reason: string };
};
