// What the pages of exports ask for: exports of records, exports of the audit log, and the schedules of the latter.
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type RecordExport = Schemas['ExportView'];
export type AuditExport = Schemas['AuditExportView'];
export type ExportSchedule = Schemas['ExportScheduleView'];

/** While something is on its way, a list is asked for anew every so often. */
const UNDER_WAY_MS = 2_000;
export const isUnderWay = (status: string): boolean =>
  ['ENQUEUED', 'PROCESSING', 'QUEUED', 'RUNNING'].includes(status);

interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}
const paged = ({ limit, after }: PageAsked) => ({ limit, ...(after !== undefined && { after }) });

export const recordExportsQuery = (asked: PageAsked) =>
  queryOptions({
    queryKey: ['exports', 'list', asked],
    queryFn: ({ signal }) =>
      answered(api.GET('/crm/v3/exports', { params: { query: paged(asked) }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.results.some(({ exportState }) => isUnderWay(exportState)) ? UNDER_WAY_MS : false,
  });

export const recordExportQuery = (exportId: string) =>
  queryOptions({
    queryKey: ['exports', exportId],
    queryFn: ({ signal }) =>
      answered(api.GET('/crm/v3/exports/export/{exportId}', { params: { path: { exportId } }, signal })),
  });

export const auditExportsQuery = (asked: PageAsked) =>
  queryOptions({
    queryKey: ['audit-exports', 'list', asked],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/exports', { params: { query: paged(asked) }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.results.some(({ status }) => isUnderWay(status)) ? UNDER_WAY_MS : false,
  });

export const auditExportQuery = (exportId: string) =>
  queryOptions({
    queryKey: ['audit-exports', exportId],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/exports/{exportId}', { params: { path: { exportId } }, signal })),
  });

export const manifestQuery = (exportId: string) =>
  queryOptions({
    queryKey: ['audit-exports', exportId, 'manifest'],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/exports/{exportId}/manifest', { params: { path: { exportId } }, signal })),
  });

export const schedulesQuery = queryOptions({
  queryKey: ['audit-exports', 'schedules'],
  queryFn: ({ signal }) =>
    answered(api.GET('/audit/v1/exports/schedules', { params: { query: { limit: 100 } }, signal })),
});

export const viewsQuery = queryOptions({
  queryKey: ['audit-views'],
  queryFn: ({ signal }) =>
    answered(api.GET('/audit/v1/views', { params: { query: { limit: 100 } }, signal })),
  staleTime: 60_000,
});

/** A link to the file of an export of records, good for some minutes. */
export async function recordFileLink(exportId: string): Promise<string> {
  const params = { path: { taskId: exportId } };
  const { result } = await answered(
    api.GET('/crm/v3/exports/export/async/tasks/{taskId}/status', { params }),
  );
  return result ?? `/crm/v3/exports/export/${exportId}/file`;
}

export const auditFileLink = (exportId: string) =>
  answered(api.POST('/audit/v1/exports/{exportId}/download-link', { params: { path: { exportId } } }));

export const cancelRecordExport = (exportId: string) =>
  answered(api.POST('/crm/v3/exports/export/{exportId}/cancel', { params: { path: { exportId } } }));

export const cancelAuditExport = (exportId: string) =>
  answered(api.POST('/audit/v1/exports/{exportId}/cancel', { params: { path: { exportId } } }));
