// What the pages of imports ask for.
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Import = Schemas['ImportView'];
export type ImportError = Awaited<ReturnType<typeof askErrors>>['results'][number];

const UNDER_WAY_MS = 2_000;
export const isUnderWay = (state: string): boolean => ['STARTED', 'PROCESSING', 'DEFERRED'].includes(state);

export const kindOf = ({ importSource, dryRun }: Import): 'import' | 'dryRun' | 'restore' =>
  importSource === undefined ? 'restore' : dryRun ? 'dryRun' : 'import';

interface PageAsked {
  readonly limit: number;
  readonly after?: string | undefined;
}
const paged = ({ limit, after }: PageAsked) => ({ limit, ...(after !== undefined && { after }) });

export const importsQuery = (asked: PageAsked) =>
  queryOptions({
    queryKey: ['imports', 'list', asked],
    queryFn: ({ signal }) =>
      answered(api.GET('/crm/v3/imports', { params: { query: paged(asked) }, signal })),
    refetchInterval: ({ state: { data } }) =>
      data?.results.some(({ state }) => isUnderWay(state)) ? UNDER_WAY_MS : false,
  });

export const importQuery = (importId: string) =>
  queryOptions({
    queryKey: ['imports', importId],
    queryFn: ({ signal }) =>
      answered(api.GET('/crm/v3/imports/{importId}', { params: { path: { importId } }, signal })),
    // The numbers move on while it runs.
    refetchInterval: ({ state: { data } }) => (data && isUnderWay(data.state) ? UNDER_WAY_MS : false),
  });

export const askErrors = (
  importId: string,
  asked: PageAsked & { readonly includeRowData?: 'true' },
  signal?: AbortSignal,
) => {
  const query = { ...paged(asked), ...(asked.includeRowData && { includeRowData: 'true' as const }) };
  const params = { path: { importId }, query };
  return answered(api.GET('/crm/v3/imports/{importId}/errors', { params, ...(signal && { signal }) }));
};

export const errorsQuery = (importId: string, asked: PageAsked) =>
  queryOptions({
    queryKey: ['imports', importId, 'errors', asked],
    queryFn: ({ signal }) => askErrors(importId, asked, signal),
  });
