// The people and teams of the account, for whoever picks one or sees an id.
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from './client';

export type Person = Schemas['UserView'];

/** People of the account, the gone ones too; of very large accounts the first thousand. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) => {
    const people: Person[] = [];
    let after: string | undefined;
    do {
      const query = { limit: 100, ...(after !== undefined && { after }) };
      const page = await answered(api.GET('/settings/v3/users', { params: { query }, signal }));
      people.push(...page.results);
      after = page.paging?.next.after;
    } while (after !== undefined && people.length < 1000);
    return people;
  },
  staleTime: 300_000,
  retry: false,
});

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async ({ signal }) => (await answered(api.GET('/settings/v3/users/teams', { signal }))).results,
  staleTime: 300_000,
  retry: false,
});

/** What a person is called: by name where there is one. */
export const nameOf = ({
  firstName,
  lastName,
  email,
}: Pick<Person, 'firstName' | 'lastName' | 'email'>): string => `${firstName} ${lastName}`.trim() || email;
