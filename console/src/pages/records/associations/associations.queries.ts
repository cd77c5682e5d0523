// Which records a record is associated with, by type, each with its labels and its name.
import { queryOptions } from '@tanstack/react-query';
import { answered, api } from '../../../api/client';
import { ApiError } from '../../../api/errors';
import { nameProperties, recordName, type ObjectType } from '../../../api/object-types';
import { readSome } from '../records.queries';

export interface Linked {
  readonly id: string;
  readonly name: string | undefined;
  readonly labels: readonly string[];
}

export const linkedQuery = (
  objectType: string,
  objectId: string,
  other: ObjectType,
  after: string | undefined,
) =>
  queryOptions({
    queryKey: ['record', objectType, objectId, 'associations', other.name, after ?? ''],
    queryFn: async ({ signal }) => {
      const params = {
        path: { objectType, objectId, toObjectType: other.name },
        query: { limit: 50, ...(after !== undefined && { after }) },
      };
      const asking = api.GET('/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}', {
        ...{ params, signal },
      });
      try {
        const { results, paging } = await answered(asking);
        const ids = results.map(({ toObjectId }) => toObjectId);
        const records =
          ids.length === 0
            ? new Map<string, never>()
            : await readSome(other.name, ids, nameProperties(other), signal);
        const linked = results.map(({ toObjectId, associationTypes }): Linked => {
          const record = records.get(toObjectId);
          return {
            id: toObjectId,
            name: record && recordName(other, record.properties),
            labels: associationTypes.flatMap(({ label }) => label ?? []),
          };
        });
        return { linked, next: paging?.next?.after };
      } catch (error) {
        // A type that one may not see is one that is not shown.
        if (error instanceof ApiError && error.status === 403) return { linked: [], next: undefined };
        throw error;
      }
    },
  });

export const labelsQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ['association-labels', from, to],
    queryFn: async ({ signal }) => {
      const params = { path: { fromObjectType: from, toObjectType: to } };
      const asking = api.GET('/crm/v4/associations/{fromObjectType}/{toObjectType}/labels', {
        params,
        signal,
      });
      return (await answered(asking)).results;
    },
    staleTime: 60_000,
  });
