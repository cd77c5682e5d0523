// What the pages of backups and of loads ask the server.
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Backup = Schemas['BackupView'];
export type Schedule = Schemas['ScheduleView'];
export type Load = Schemas['LoadView'];

interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}
const pageOf = ({ limit, after }: PageAsked) => ({ limit, ...(after !== undefined && { after }) });

export const isRunning = ({ status }: { readonly status: string }): boolean =>
  status === 'QUEUED' || status === 'RUNNING';

/** How often a list is asked for again while one of its jobs runs. */
export const LIST_BEAT_MS = 3_000;
const whileRunning = (rows: readonly { readonly status: string }[] | undefined) =>
  rows?.some(isRunning) ? LIST_BEAT_MS : false;

export const backupsQuery = (page: PageAsked) =>
  queryOptions({
    queryKey: ['backups', 'list', page],
    queryFn: ({ signal }) =>
      answered(api.GET('/backups/v1/backups', { params: { query: pageOf(page) }, signal })),
    refetchInterval: ({ state }) => whileRunning(state.data?.results),
  });

export const backupQuery = (backupId: string) =>
  queryOptions({
    queryKey: ['backups', 'one', backupId],
    queryFn: ({ signal }) =>
      answered(api.GET('/backups/v1/backups/{backupId}', { params: { path: { backupId } }, signal })),
  });

export const manifestQuery = (backupId: string, sha256: string | undefined) =>
  queryOptions({
    queryKey: ['backups', 'manifest', backupId, sha256],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/backups/v1/backups/{backupId}/manifest', { params: { path: { backupId } }, signal }),
      ),
  });

export const scheduleQuery = queryOptions({
  queryKey: ['backups', 'schedule'],
  queryFn: ({ signal }) => answered(api.GET('/backups/v1/schedule', { signal })),
  refetchInterval: 30_000,
});

export const loadsQuery = (page: PageAsked) =>
  queryOptions({
    queryKey: ['loads', 'list', page],
    queryFn: ({ signal }) =>
      answered(api.GET('/backups/v1/loads', { params: { query: pageOf(page) }, signal })),
    refetchInterval: ({ state }) => whileRunning(state.data?.results),
  });

export const loadQuery = (loadId: string) =>
  queryOptions({
    queryKey: ['loads', 'one', loadId],
    queryFn: ({ signal }) =>
      answered(api.GET('/backups/v1/loads/{loadId}', { params: { path: { loadId } }, signal })),
  });

export const loadErrorsQuery = (loadId: string, page: PageAsked) =>
  queryOptions({
    queryKey: ['loads', 'errors', loadId, page],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/backups/v1/loads/{loadId}/errors', {
          params: { path: { loadId }, query: pageOf(page) },
          signal,
        }),
      ),
  });
