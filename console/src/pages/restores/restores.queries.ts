// What the pages of restores ask the server: plans, what they would change, and what became of those carried out.
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Plan = Schemas['WithAutomations'];
export type PlanRow = Schemas['ShownRow'];
export type Summary = Schemas['PlanSummary'];
export type Restore = Schemas['RestoreView'];
export type KeptRecord = Schemas['KeptRecord'];
export type Modes = Schemas['RestoreModes'];

interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}
const pageOf = ({ limit, after }: PageAsked) => ({ limit, ...(after !== undefined && { after }) });
const LIST_BEAT_MS = 3_000;

export const isRunning = ({ status }: { readonly status: string }): boolean =>
  status === 'QUEUED' || status === 'RUNNING' || status === 'PLANNING';
const whileRunning = (rows: readonly { readonly status: string }[] | undefined) =>
  rows?.some(isRunning) ? LIST_BEAT_MS : false;

export const plansQuery = (page: PageAsked) =>
  queryOptions({
    queryKey: ['plans', 'list', page],
    queryFn: ({ signal }) =>
      answered(api.GET('/restores/v1/plans', { params: { query: pageOf(page) }, signal })),
    refetchInterval: ({ state }) => whileRunning(state.data?.results),
  });

export const planQuery = (planId: string) =>
  queryOptions({
    queryKey: ['plans', 'one', planId],
    queryFn: ({ signal }) =>
      answered(api.GET('/restores/v1/plans/{planId}', { params: { path: { planId } }, signal })),
    // Somebody else may approve it, or its time may run out, while it is looked at.
    refetchInterval: ({ state }) =>
      ['READY', 'AWAITING_APPROVAL'].includes(state.data?.status ?? '') ? 15_000 : false,
  });

export type Kind = PlanRow['kind'];
export const KINDS: readonly Kind[] = ['update', 'recreate', 'archive', 'associate', 'disassociate'];

/** What may be wrong with a row. */
const WRONGS = ['conflict', 'leftAlone'] as const;

/** Which rows of a plan are asked for. `kind` holds a kind of row, or what is wrong with some. */
export interface ChangesAsked extends PageAsked {
  readonly objectType?: string | undefined;
  readonly kind?: string | undefined;
}

export const changesQuery = (planId: string, { objectType, kind, ...page }: ChangesAsked) =>
  queryOptions({
    queryKey: ['plans', 'changes', planId, objectType, kind, page],
    queryFn: ({ signal }) => {
      const only = WRONGS.find((wrong) => wrong === kind);
      const query = {
        ...pageOf(page),
        ...(objectType !== undefined && { objectType }),
        ...(KINDS.includes(kind as Kind) && { kind: kind as Kind }),
        ...(only !== undefined && { only }),
      } as const;
      const params = { path: { planId }, query };
      return answered(api.GET('/restores/v1/plans/{planId}/changes', { params, signal }));
    },
    staleTime: Infinity,
  });

export const restoresQuery = (page: PageAsked) =>
  queryOptions({
    queryKey: ['restores', 'list', page],
    queryFn: ({ signal }) =>
      answered(api.GET('/restores/v1/restores', { params: { query: pageOf(page) }, signal })),
    refetchInterval: ({ state }) => whileRunning(state.data?.results),
  });

export const restoreQuery = (restoreId: string) =>
  queryOptions({
    queryKey: ['restores', 'one', restoreId],
    queryFn: ({ signal }) =>
      answered(api.GET('/restores/v1/restores/{restoreId}', { params: { path: { restoreId } }, signal })),
  });

/** Outcomes whose records are listed one by one. */
export const LISTED = ['drifted', 'refused', 'recreated', 'archived', 'associated', 'disassociated'] as const;
export type Listed = (typeof LISTED)[number];

export const keptRecordsQuery = (restoreId: string, outcome: Listed | undefined, page: PageAsked) =>
  queryOptions({
    queryKey: ['restores', 'records', restoreId, outcome, page],
    queryFn: ({ signal }) => {
      const query = { ...pageOf(page), ...(outcome !== undefined && { outcome }) };
      const params = { path: { restoreId }, query };
      return answered(api.GET('/restores/v1/restores/{restoreId}/records', { params, signal }));
    },
  });
