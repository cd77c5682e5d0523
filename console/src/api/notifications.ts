// The notifications of whoever has signed in, live.
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, api } from './client';
import { useEvents } from './stream';

export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: ({ signal }) =>
    answered(
      api.GET('/notifications/v1/notifications', { params: { query: { limit: 1, unread: 'true' } }, signal }),
    ),
  refetchInterval: 60_000,
});

/** How many are unread. All lists of notifications are asked for anew when another one comes. */
export function useUnread(): number {
  const queries = useQueryClient();
  const { data } = useQuery(unreadQuery);
  useEvents(
    '/notifications/v1/stream',
    () => void queries.invalidateQueries({ queryKey: ['notifications'] }),
  );
  return data?.unread ?? 0;
}
