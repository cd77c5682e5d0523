// Threads of comments as the server tells them, and what is said anew once one has changed.
import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { answered, api } from '../../../api/client';
import { entryQuery } from '../audit.queries';

export const STATES = ['open', 'resolved', 'all'] as const;
export type State = (typeof STATES)[number];
export const stateOf = (text: string | undefined, first: State): State =>
  STATES.find((state) => state === text) ?? first;

export const threadsQuery = (entryId: string, state: State) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'comments', entryId, state],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET('/audit/v1/entries/{id}/comments', {
          params: {
            path: { id: entryId },
            query: { state, limit: 50, ...(pageParam !== '' && { after: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ paging }) => paging?.next.after,
  });
export type Thread = Awaited<ReturnType<typeof readThreads>>['results'][number];
export type Comment = Thread['comments'][number];

const readThreads = (state: State, isMine: boolean, after: string, signal?: AbortSignal) =>
  answered(
    api.GET('/audit/v1/comments', {
      params: {
        query: {
          state,
          limit: 25,
          ...(isMine && { mentioned: 'me' as const }),
          ...(after !== '' && { after }),
        },
      },
      signal,
    }),
  );

export const allThreadsQuery = (state: State, isMine: boolean) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'comments', 'all', state, isMine],
    queryFn: ({ signal, pageParam }) => readThreads(state, isMine, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ paging }) => paging?.next.after,
  });

/** After something was said: the threads, the entry, and the number beside its row. */
export async function saidAnew(queries: QueryClient, entryId: string): Promise<void> {
  await queries.invalidateQueries({ queryKey: ['audit', 'comments'] });
  const entry = await queries.fetchQuery({ ...entryQuery(entryId), staleTime: 0 });
  type Page = { results: readonly { id: string }[] };
  queries.setQueriesData<Page>({ queryKey: ['audit', 'rows'] }, (page) =>
    page?.results.some(({ id }) => id === entryId)
      ? {
          ...page,
          results: page.results.map((row) =>
            row.id === entryId ? { ...row, comments: entry.comments } : row,
          ),
        }
      : page,
  );
}
