// What the audit log says of exports of itself, of their schedules, and of searches in it.
import type { AuditExportEvents, AuditExportRequest } from '../exports/audit-export.events';
import type { AuditExportScheduleEvents } from '../exports/schedules/schedule.events';
import type { AuditSearchEvents } from '../searches/search.events';
import { toldOf, type Question } from '../searches/search.vocabulary';
import type { Described, Values } from '../audit-entry.vocabulary';
import { bookkeeping, made, type NoRow, REQUEST_TELLS, sameAct, security } from '../audit-wording.vocabulary';

export type AllAuditExportEvents = AuditExportEvents & AuditExportScheduleEvents & AuditSearchEvents;

type Rows = {
  readonly [K in keyof AllAuditExportEvents]: ((data: AllAuditExportEvents[K]) => Described) | NoRow;
};

const row =
  (action: string, summary: string) =>
  ({ exportId }: { readonly exportId: string }, changes?: Values): Described =>
    security('AUDIT_LOG', action, summary, { type: 'audit-exports', id: exportId }, changes);

/** What was asked for, as far as no customer's value can be in it: of other parameters, the names alone. */
function askedFor(question: Question): Record<string, unknown> {
  const { view, parameters, others } = toldOf(question).told;
  return { ...(view !== null && { view }), ...parameters, ...(others.length > 0 && { others }) };
}

const requested = ({ kind, format, asked, scheduleId, leftOut }: AuditExportRequest): Values =>
  made({
    ...(kind === 'entries' && { format }),
    ...askedFor(asked),
    ...(leftOut.length > 0 && { leftOut }),
    ...(scheduleId !== null && { scheduleId }),
  });

const schedule = (action: string, summary: string, id: string, told?: object): Described =>
  security('AUDIT_LOG', action, summary, { type: 'audit-export-schedules', id }, told && made(told));

/** Of the same question the id of the target is the same. */
const search = (id: string, summary: string, told?: object): Described =>
  security('AUDIT_LOG', 'VIEW', summary, { type: 'audit-searches', id }, told && made(told));

export const auditExportRows: Rows = {
  'auditexport.requested.v1': (e) =>
    e.kind === 'entries'
      ? row('EXPORT', 'Started an export of the audit log')(e, requested(e))
      : {
          ...row('EXPORT', "Started an export of the access of the vendor's employees")(e, requested(e)),
          subCategory: 'EMPLOYEE_ACCESS',
        },
  'auditexport.started.v1': bookkeeping(REQUEST_TELLS),
  'auditexport.completed.v1': (e) =>
    row('UPDATE', 'An export of the audit log is done')(e, made({ rows: e.rows, sha256: e.sha256 })),
  'auditexport.failed.v1': (e) => row('UPDATE', 'An export of the audit log failed')(e),
  'auditexport.cancelled.v1': (e) => row('UPDATE', 'Cancelled an export of the audit log')(e),
  'auditexport.file-expired.v1': (e) =>
    row('PURGE', 'Deleted the file of an export of the audit log, its time being over')(e),
  'auditexport.withdrawn.v1': bookkeeping('the erasure has its row'),
  'auditexport.downloaded.v1': (e) => row('DOWNLOAD', 'Downloaded an export of the audit log')(e),
  'auditexport.link-made.v1': (e) =>
    row('SHARE', 'Made a link to the file of an export of the audit log')(
      e,
      made({ linkId: e.linkId, expiresAt: e.expiresAt }),
    ),

  'auditexportschedule.created.v1': ({ scheduleId, cron, timeZone, view, filter, format, recipients }) =>
    schedule('CREATE', 'Had exports of the audit log made by a schedule', scheduleId, {
      ...{ cron, timeZone, format, recipients, ...askedFor({ view, parameters: filter }) },
    }),
  'auditexportschedule.deleted.v1': ({ scheduleId }) =>
    schedule('DELETE', 'Had no more exports of the audit log made by a schedule', scheduleId),
  'auditexportschedule.runs-missed.v1': ({ scheduleId, ...missed }) =>
    schedule('UPDATE', 'Scheduled exports were missed; one makes up for them', scheduleId, missed),
  'auditexportschedule.run-taken.v1': bookkeeping('what it leads to has its row'),
  'auditexportschedule.run-requested.v1': sameAct('auditexport.requested.v1'),
  'auditexportschedule.run-refused.v1': ({ scheduleId, ...refused }) =>
    schedule('UPDATE', 'A scheduled export was refused', scheduleId, refused),

  'auditsearch.made.v1': ({ view, parameters, others, digest }) =>
    search(digest, 'Searched the audit log', {
      ...(view !== null && { view }),
      ...parameters,
      ...(others.length > 0 && { others }),
    }),
  'auditsearch.more.v1': ({ told }) =>
    search('many', `Searched the audit log in more than ${told} ways in a quarter of an hour`),
};
