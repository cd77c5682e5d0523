// What the pages of users, teams and roles ask of the server.
import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';
import type { paths } from '../../api/generated';

export type User = Schemas['UserView'];
type Listed<Path extends '/settings/v3/users/roles' | '/settings/v3/users/teams'> =
  paths[Path]['get']['responses'][200]['content']['application/json']['results'][number];
export type Role = Listed<'/settings/v3/users/roles'>;
export type Team = Listed<'/settings/v3/users/teams'>;

/** Most users that are read to be looked through: an account of people has far fewer. */
const MOST_PAGES = 50;

/** All users, since they are looked through by names and addresses, which the server does not search by. */
export const usersQuery = queryOptions({
  queryKey: ['users', 'all'],
  queryFn: async ({ signal }) => {
    const all: User[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const query = { limit: 200, ...(after !== undefined && { after }) };
      const { results, paging } = await answered(
        api.GET('/settings/v3/users', { params: { query }, signal }),
      );
      all.push(...results);
      after = paging?.next.after;
      if (after === undefined) break;
    }
    return all;
  },
  staleTime: 30_000,
});

export const userQuery = (userId: string) =>
  queryOptions({
    queryKey: ['users', 'one', userId],
    queryFn: ({ signal }) =>
      answered(api.GET('/settings/v3/users/{userId}', { params: { path: { userId } }, signal })),
  });

export const rolesQuery = queryOptions({
  queryKey: ['users', 'roles'],
  queryFn: async ({ signal }) => (await answered(api.GET('/settings/v3/users/roles', { signal }))).results,
  staleTime: 30_000,
});

export const teamsQuery = queryOptions({
  queryKey: ['users', 'teams'],
  queryFn: async ({ signal }) => (await answered(api.GET('/settings/v3/users/teams', { signal }))).results,
  staleTime: 30_000,
});

export const userSessionsQuery = (userId: string) =>
  infiniteQueryOptions({
    queryKey: ['users', 'sessions', userId],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/settings/v3/users/{userId}/sessions', {
          params: { path: { userId }, query: { limit: 100, ...(pageParam !== '' && { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ paging }) => paging?.next.after,
  });

/** Has everything about users asked for anew. */
export function useRefreshUsers(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: ['users'] });
    await queries.invalidateQueries({ queryKey: ['me'] });
  };
}

export const nameOf = ({
  firstName,
  lastName,
  email,
}: Pick<User, 'firstName' | 'lastName' | 'email'>): string =>
  [firstName, lastName].filter(Boolean).join(' ') || email;
