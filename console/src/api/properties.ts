// What properties the records of a type have, and who the owners are: read once and kept, since they change seldom.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answered, api, type Schemas } from './client';
import { ApiError } from './errors';

export type Property = Schemas['PropertyView'];

const SENSITIVITIES = ['non_sensitive', 'sensitive', 'highly_sensitive'] as const;

/** All properties of a type, sensitive ones too, by their labels. */
export const propertiesQuery = (objectType: string) =>
  queryOptions({
    queryKey: ['properties', objectType],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(
        SENSITIVITIES.map(async (dataSensitivity) => {
          const params = { path: { objectType }, query: { dataSensitivity } };
          return (await answered(api.GET('/crm/v3/properties/{objectType}', { params, signal }))).results;
        }),
      );
      return lists.flat().toSorted((a, b) => a.label.localeCompare(b.label));
    },
    staleTime: 60_000,
  });

/** The groups that the properties of a type stand in, in their order. */
export const propertyGroupsQuery = (objectType: string) =>
  queryOptions({
    queryKey: ['property-groups', objectType],
    queryFn: async ({ signal }) => {
      const params = { path: { objectType } };
      const asked = api.GET('/crm/v3/properties/{objectType}/groups', { params, signal });
      return (await answered(asked)).results.toSorted((a, b) => a.displayOrder - b.displayOrder);
    },
    staleTime: 60_000,
  });

/** What a property is called; one that is not known keeps its name. */
export function usePropertyLabel(objectType: string): (name: string) => string {
  const { data = [] } = useQuery({ ...propertiesQuery(objectType), enabled: objectType !== '' });
  const labels = new Map(data.map(({ name, label }) => [name, label]));
  return (name) => labels.get(name) ?? name;
}

export type Owner = Schemas['OwnerView'];

/** Whoever can own records: all users. */
export const ownersQuery = queryOptions({
  queryKey: ['owners'],
  queryFn: async ({ signal }) => {
    const owners: Owner[] = [];
    try {
      for (let after: string | undefined; ;) {
        const query = { limit: 100, ...(after !== undefined && { after }) };
        const page = await answered(api.GET('/crm/v3/owners', { params: { query }, signal }));
        owners.push(...page.results);
        after = page.paging?.next?.after;
        if (after === undefined) return owners;
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return owners;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const ownerName = ({ firstName, lastName, email }: Pick<Owner, 'firstName' | 'lastName' | 'email'>) =>
  [firstName, lastName].filter(Boolean).join(' ') || email;

/** Who somebody is, by the id of the user. */
export function usePersonName(): (userId: string) => string {
  const { data = [] } = useQuery(ownersQuery);
  return (userId) => {
    const owner = data.find(({ id }) => id === userId);
    return owner ? ownerName(owner) : userId;
  };
}

/** Whether somebody other than Strata may set its values. */
export const isWritable = ({ modificationMetadata, calculated, archived }: Property): boolean =>
  !modificationMetadata.readOnlyValue && !calculated && !archived;
