// What the page of the recycle bin asks the server for.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type BinRestore = Schemas['BinRestoreView'];

/** Which records of the bin are meant. */
export interface BinChoice {
  readonly objectType: string;
  readonly q?: string | undefined;
  readonly archivedBy?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What is given of a choice, without its type. */
export const given = ({ q, archivedBy, from, to }: BinChoice) => ({
  ...(q !== undefined && { q }),
  ...(archivedBy !== undefined && { archivedBy }),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

const page = (choice: BinChoice, properties: string, limit: number, after?: string, signal?: AbortSignal) =>
  answered(
    api.GET('/recycle-bin/v1/{objectType}', {
      params: {
        path: { objectType: choice.objectType },
        query: { ...given(choice), properties, limit, ...(after !== undefined && { after }) },
      },
      ...(signal && { signal }),
    }),
  );

export const binQuery = (
  choice: BinChoice,
  properties: readonly string[],
  limit: number,
  after: string | undefined,
) =>
  queryOptions({
    queryKey: ['bin', choice, limit, after ?? ''],
    queryFn: ({ signal }) => page(choice, properties.join(','), limit, after, signal),
    placeholderData: keepPreviousData,
  });

export type BinRecord = Awaited<ReturnType<typeof page>>['results'][number];

/** How many records a choice is about: the bin tells no total, so that its pages are gone through. */
export const binCountQuery = (choice: BinChoice) =>
  queryOptions({
    queryKey: ['bin', choice, 'count'],
    queryFn: async ({ signal }) => {
      let count = 0;
      for (let after: string | undefined; ;) {
        const { results, paging } = await page(choice, 'hs_object_id', 200, after, signal);
        count += results.length;
        after = paging?.next?.after;
        if (after === undefined) return count;
      }
    },
  });

export const binRestoresQuery = (after: string | undefined) =>
  queryOptions({
    queryKey: ['bin', 'restores', after ?? ''],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/recycle-bin/v1/restores', {
          params: { query: { limit: 25, ...(after !== undefined && { after }) } },
          signal,
        }),
      ),
  });

export const binRestoreQuery = (restoreId: string) =>
  queryOptions({
    queryKey: ['bin', 'restores', 'one', restoreId],
    queryFn: ({ signal }) =>
      answered(api.GET('/recycle-bin/v1/restores/{restoreId}', { params: { path: { restoreId } }, signal })),
  });

export const refusedQuery = (restoreId: string) =>
  queryOptions({
    queryKey: ['bin', 'restores', 'refused', restoreId],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/recycle-bin/v1/restores/{restoreId}/records', {
          params: { path: { restoreId }, query: { limit: 100 } },
          signal,
        }),
      ),
  });
