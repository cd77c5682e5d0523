// What the page of one's own profile asks of the server.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answered, api } from '../../api/client';

export const mySessionsQuery = infiniteQueryOptions({
  queryKey: ['sessions', 'mine'],
  queryFn: ({ pageParam, signal }) =>
    answered(
      api.GET('/auth/v1/sessions', {
        params: { query: { limit: 100, ...(pageParam !== '' && { after: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ paging }) => paging?.next.after,
});

export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: async ({ signal }) =>
    (await answered(api.GET('/notifications/v1/preferences', { signal }))).preferences,
});
