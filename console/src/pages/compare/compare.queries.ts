// What the pages of comparisons ask the server for.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Comparison = Schemas['ComparisonView'];

export const isOver = ({ status }: Pick<Comparison, 'status'>): boolean => status !== 'RUNNING';

export const comparisonsQuery = (limit: number, after: string | undefined) =>
  queryOptions({
    queryKey: ['comparisons', limit, after ?? ''],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/time-travel/v1/compare', {
          params: { query: { limit, ...(after !== undefined && { after }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const comparisonQuery = (comparisonId: string) =>
  queryOptions({
    queryKey: ['comparisons', 'one', comparisonId],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/time-travel/v1/compare/{comparisonId}', { params: { path: { comparisonId } }, signal }),
      ),
  });

export interface RowsWanted {
  readonly objectType?: string | undefined;
  readonly kind?: string | undefined;
  readonly what?: string | undefined;
  readonly property?: string | undefined;
}

const readRows = (comparisonId: string, query: Record<string, string | number>, signal: AbortSignal) =>
  answered(
    api.GET('/time-travel/v1/compare/{comparisonId}/rows', {
      params: { path: { comparisonId }, query },
      signal,
    }),
  );

export type Row = Awaited<ReturnType<typeof readRows>>['results'][number];

export const rowsQuery = (
  comparisonId: string,
  wanted: RowsWanted,
  limit: number,
  after: string | undefined,
) =>
  queryOptions({
    queryKey: ['comparisons', 'rows', comparisonId, wanted, limit, after ?? ''],
    queryFn: ({ signal }) => {
      const given = Object.entries({ ...wanted, after, limit }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      );
      return readRows(comparisonId, Object.fromEntries(given), signal);
    },
    placeholderData: keepPreviousData,
  });
