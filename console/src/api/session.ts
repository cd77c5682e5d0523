// Who has signed in, and what they may do.
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { answered, api } from './client';

/** Null where nobody has signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const { data, response, error } = await api.GET('/auth/v1/me', { signal });
    if (response.status === 401) return null;
    return answered(Promise.resolve({ data, response, error }));
  },
  staleTime: 60_000,
});

export type Me = NonNullable<Awaited<ReturnType<NonNullable<(typeof meQuery)['queryFn']>>>>;

/** Who has signed in; for pages behind signing in only. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(meQuery);
  if (!data) throw new Error('Nobody has signed in');
  return data;
}

/** Whether somebody may do something, by the scope that the API asks for. */
export const may = ({ user, scopes }: Me, scope: string): boolean =>
  user.superAdmin || scopes.includes(scope);
export const useMay = (scope: string): boolean => may(useMe(), scope);
