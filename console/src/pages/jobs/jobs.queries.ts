// All kinds of jobs in one form: what is asked for each, and how it is shown beside the others.
import { queryOptions } from '@tanstack/react-query';
import { answered, api } from '../../api/client';

export type JobKind =
  | 'backup'
  | 'load'
  | 'drill'
  | 'plan'
  | 'restore'
  | 'binRestore'
  | 'comparison'
  | 'import'
  | 'export'
  | 'auditExport';

export interface Job {
  readonly kind: JobKind;
  readonly id: string;
  readonly status: string;
  readonly at: string;
  readonly by?: string | null | undefined;
  /** What tells it from others of its kind. */
  readonly name?: string | undefined;
  readonly progress?: { readonly done: number; readonly total?: number | null } | undefined;
  /** Path of its stream of progress. */
  readonly follow: string;
  /** The page that shows it, as an address of the API. */
  readonly page: string;
}

const RUNNING = new Set(['QUEUED', 'RUNNING', 'PENDING', 'PROCESSING', 'PLANNING', 'STARTED', 'DEFERRED']);
export const isRunning = ({ status }: Pick<Job, 'status'>): boolean => RUNNING.has(status);

/** Of each kind so many of the newest. */
const MOST = 20;
const page = { query: { limit: MOST } };

type Fetched = readonly Omit<Job, 'kind' | 'follow' | 'page'>[];

interface Source {
  readonly kind: JobKind;
  /** Path of one job in the API; its progress and its cancelling lie below. */
  readonly path: string;
  /** The scope without which the list is refused. */
  readonly scope: string;
  readonly fetch: (signal: AbortSignal) => Promise<Fetched>;
}

export const SOURCES: readonly Source[] = [
  {
    kind: 'backup',
    path: '/backups/v1/backups',
    scope: 'backups',
    fetch: async (signal) =>
      (await answered(api.GET('/backups/v1/backups', { params: page, signal }))).results.map((job) => ({
        ...job,
        at: job.requestedAt,
        by: job.requestedBy,
      })),
  },
  {
    kind: 'load',
    path: '/backups/v1/loads',
    scope: 'backups',
    fetch: async (signal) =>
      (await answered(api.GET('/backups/v1/loads', { params: page, signal }))).results.map((job) => ({
        ...{ ...job, at: job.requestedAt, by: job.requestedBy, name: job.fileName },
      })),
  },
  {
    kind: 'drill',
    path: '/backups/v1/drills',
    scope: 'backups',
    fetch: async (signal) =>
      (await answered(api.GET('/backups/v1/drills', { params: page, signal }))).results.map((job) => ({
        ...{ ...job, by: job.requestedBy },
      })),
  },
  {
    kind: 'plan',
    path: '/restores/v1/plans',
    scope: 'restores',
    fetch: async (signal) =>
      (await answered(api.GET('/restores/v1/plans', { params: page, signal }))).results.map((job) => ({
        ...{ ...job, at: job.requestedAt, by: job.requestedBy },
      })),
  },
  {
    kind: 'restore',
    path: '/restores/v1/restores',
    scope: 'restores',
    fetch: async (signal) =>
      (await answered(api.GET('/restores/v1/restores', { params: page, signal }))).results.map((job) => ({
        ...{ ...job, at: job.requestedAt, by: job.requestedBy },
      })),
  },
  {
    kind: 'binRestore',
    path: '/recycle-bin/v1/restores',
    scope: 'crm.objects.contacts.read',
    fetch: async (signal) =>
      (await answered(api.GET('/recycle-bin/v1/restores', { params: page, signal }))).results.map((job) => ({
        ...{ ...job, at: job.requestedAt, by: job.requestedBy },
      })),
  },
  {
    kind: 'comparison',
    path: '/time-travel/v1/compare',
    scope: 'restores',
    fetch: async (signal) =>
      (await answered(api.GET('/time-travel/v1/compare', { params: page, signal }))).results.map((job) => ({
        ...{ ...job, at: job.requestedAt, by: job.requestedBy },
      })),
  },
  {
    kind: 'import',
    path: '/crm/v3/imports',
    scope: 'crm.import',
    fetch: async (signal) =>
      (await answered(api.GET('/crm/v3/imports', { params: page, signal }))).results.map((job) => ({
        ...{ id: job.id, status: job.state, at: job.createdAt, name: job.importName },
      })),
  },
  {
    kind: 'export',
    path: '/crm/v3/exports/export',
    scope: 'crm.export',
    fetch: async (signal) =>
      (await answered(api.GET('/crm/v3/exports', { params: page, signal }))).results.map((job) => ({
        ...{ id: job.id, status: job.exportState, at: job.createdAt, name: job.exportName },
      })),
  },
  {
    kind: 'auditExport',
    path: '/audit/v1/exports',
    scope: 'audit.export',
    fetch: async (signal) =>
      (await answered(api.GET('/audit/v1/exports', { params: page, signal }))).results.map((job) => ({
        ...{
          id: job.id,
          status: job.status,
          at: job.requestedAt,
          by: job.requestedBy,
          progress: job.progress,
        },
      })),
  },
];

const RUNNING_BEAT_MS = 5_000;
const IDLE_BEAT_MS = 20_000;

export const jobsQuery = ({ kind, path, fetch }: Source) =>
  queryOptions({
    queryKey: ['jobs', kind],
    queryFn: async ({ signal }): Promise<readonly Job[]> =>
      (await fetch(signal)).map(({ id, status, at, by, name, progress }) => ({
        ...{ kind, id, status, at, by, name, progress },
        ...{ follow: `${path}/${id}/progress`, page: `${path}/${id}` },
      })),
    refetchInterval: ({ state }) => (state.data?.some(isRunning) ? RUNNING_BEAT_MS : IDLE_BEAT_MS),
  });

/** Jobs that run come first, then those that were asked for last. */
export const inOrder = (jobs: readonly Job[]): readonly Job[] =>
  jobs.toSorted((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || b.at.localeCompare(a.at));

export function cancelJob({ kind, id }: Job): Promise<unknown> {
  switch (kind) {
    case 'backup':
      return answered(
        api.POST('/backups/v1/backups/{backupId}/cancel', { params: { path: { backupId: id } } }),
      );
    case 'load':
      return answered(api.POST('/backups/v1/loads/{loadId}/cancel', { params: { path: { loadId: id } } }));
    case 'drill':
      return answered(api.POST('/backups/v1/drills/{drillId}/cancel', { params: { path: { drillId: id } } }));
    case 'plan':
      return answered(api.POST('/restores/v1/plans/{planId}/cancel', { params: { path: { planId: id } } }));
    case 'restore':
      return answered(
        api.POST('/restores/v1/restores/{restoreId}/cancel', { params: { path: { restoreId: id } } }),
      );
    case 'binRestore':
      return answered(
        api.POST('/recycle-bin/v1/restores/{restoreId}/cancel', { params: { path: { restoreId: id } } }),
      );
    case 'comparison':
      return answered(
        api.POST('/time-travel/v1/compare/{comparisonId}/cancel', { params: { path: { comparisonId: id } } }),
      );
    case 'import':
      return answered(api.POST('/crm/v3/imports/{importId}/cancel', { params: { path: { importId: id } } }));
    case 'export':
      return answered(
        api.POST('/crm/v3/exports/export/{exportId}/cancel', { params: { path: { exportId: id } } }),
      );
    case 'auditExport':
      return answered(
        api.POST('/audit/v1/exports/{exportId}/cancel', { params: { path: { exportId: id } } }),
      );
  }
}
