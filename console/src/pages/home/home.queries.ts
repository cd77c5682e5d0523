// What the home page asks for that no other page does: today's totals, open incidents, and all jobs that are under way.
import { queryOptions } from '@tanstack/react-query';
import { answered, api } from '../../api/client';
import { may, type Me } from '../../api/session';

/** Jobs and incidents are looked at this often; notifications come by themselves. */
const BEAT_MS = 5_000;

export const todayQuery = (timeZone: string) =>
  queryOptions({
    queryKey: ['analysis', 'today', timeZone],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/analysis/summary', { params: { query: { timeZone } }, signal })),
    refetchInterval: 60_000,
  });

const INCIDENTS = 25;

/** How many incidents are open, over all alerts; each tells its newest. */
export const openIncidentsQuery = queryOptions({
  queryKey: ['alerts', 'open'],
  queryFn: async ({ signal }) => {
    const alerts = await answered(api.GET('/audit/v1/alerts', { params: { query: { limit: 100 } }, signal }));
    const found = await Promise.all(
      alerts.results.map(({ id }) => {
        const params = { path: { id }, query: { limit: INCIDENTS } };
        return answered(api.GET('/audit/v1/alerts/{id}/incidents', { params, signal }));
      }),
    );
    return found.flatMap(({ results }) => results.filter(({ open }) => open));
  },
  refetchInterval: 60_000,
});

export interface Job {
  readonly kind: 'backups' | 'restores' | 'loads' | 'imports' | 'exports' | 'auditExports';
  readonly id: string;
  readonly name?: string;
  readonly progress: { readonly done: number; readonly total?: number | null };
}

const LOOKED_AT = 10;
const params = { query: { limit: LOOKED_AT } };
const isUnderWay = (status: string) =>
  ['QUEUED', 'RUNNING', 'STARTED', 'PROCESSING', 'ENQUEUED', 'DEFERRED'].includes(status);

/** What is under way among the newest of each kind that somebody may see. */
export const runningQuery = (me: Me) =>
  queryOptions({
    queryKey: ['home', 'running', me.user.id],
    queryFn: async ({ signal }): Promise<Job[]> => {
      const asked: Promise<Job[]>[] = [];
      const of = <Row>(rows: Promise<{ readonly results: readonly Row[] }>, job: (row: Row) => Job | false) =>
        asked.push(rows.then(({ results }) => results.map(job).filter((one) => one !== false)));
      if (me.user.superAdmin) {
        of(
          answered(api.GET('/backups/v1/backups', { params, signal })),
          ({ id, status, progress }) => isUnderWay(status) && { kind: 'backups', id, progress },
        );
        of(
          answered(api.GET('/backups/v1/loads', { params, signal })),
          ({ id, status, progress }) =>
            isUnderWay(status) && { kind: 'loads', id, progress: progress ?? { done: 0 } },
        );
        of(
          answered(api.GET('/restores/v1/restores', { params, signal })),
          ({ id, status, progress }) => isUnderWay(status) && { kind: 'restores', id, progress },
        );
      }
      if (may(me, 'crm.import'))
        of(
          answered(api.GET('/crm/v3/imports', { params, signal })),
          ({ id, state, importSource, importName, metadata: { counters } }) =>
            isUnderWay(state) &&
            importSource !== undefined && {
              ...{ kind: 'imports', id, name: importName },
              progress: {
                done:
                  (counters.CREATED_OBJECTS ?? 0) +
                  (counters.UPDATED_OBJECTS ?? 0) +
                  (counters.UNCHANGED_OBJECTS ?? 0) +
                  (counters.ERRORS ?? 0),
                total: counters.TOTAL_ROWS ?? null,
              },
            },
        );
      if (may(me, 'crm.export'))
        of(
          answered(api.GET('/crm/v3/exports', { params, signal })),
          ({ id, exportState, exportName, progress }) =>
            isUnderWay(exportState) && { kind: 'exports', id, name: exportName, progress },
        );
      if (may(me, 'audit.export'))
        of(
          answered(api.GET('/audit/v1/exports', { params, signal })),
          ({ id, status, progress }) => isUnderWay(status) && { kind: 'auditExports', id, progress },
        );
      return (await Promise.all(asked)).flat();
    },
    refetchInterval: BEAT_MS,
  });
