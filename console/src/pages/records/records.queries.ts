// What the pages of records ask the server for.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { asked, type FilterGroups } from '../../api/filters';
import { answered, api, type Schemas } from '../../api/client';

export type RecordView = Schemas['RecordView'];
export type ThenView = Schemas['ThenView'];
export type Step = Schemas['Step'];

/** The API takes no more at once. */
export const BATCH = 100;

export interface Wanted {
  readonly objectType: string;
  readonly q?: string | undefined;
  readonly groups: FilterGroups;
  readonly sort?: string | undefined;
  readonly asOf?: string | undefined;
}

/** A page of the records that match, and how many do in all. */
export async function search(
  wanted: Wanted,
  page: {
    readonly properties: readonly string[];
    readonly limit: number;
    readonly after?: string | undefined;
  },
  signal?: AbortSignal,
) {
  const { objectType, q, groups, sort, asOf } = wanted;
  const body = {
    ...(q !== undefined && { query: q }),
    ...(groups.length > 0 && { filterGroups: asked(groups) }),
    ...(sort !== undefined && {
      sorts: [
        {
          propertyName: sort.replace(/^-/, ''),
          direction: sort.startsWith('-') ? ('DESCENDING' as const) : ('ASCENDING' as const),
        },
      ],
    }),
    ...(asOf !== undefined && { asOf }),
    ...(page.after !== undefined && { after: page.after }),
    ...{ properties: [...page.properties], limit: page.limit },
  };
  const params = { path: { objectType } };
  return answered(
    api.POST('/crm/v3/objects/{objectType}/search', { params, body, ...(signal && { signal }) }),
  );
}

export const listQuery = (
  wanted: Wanted,
  page: {
    readonly properties: readonly string[];
    readonly limit: number;
    readonly after?: string | undefined;
  },
) =>
  queryOptions({
    queryKey: ['records', wanted.objectType, wanted, page],
    queryFn: ({ signal }) => search(wanted, page, signal),
    placeholderData: keepPreviousData,
  });

/** A record with all its values: as of an instant, else as it last was. */
export const recordQuery = (objectType: string, objectId: string, asOf?: string) =>
  queryOptions({
    queryKey: ['record', objectType, objectId, 'values', asOf ?? 'now'],
    queryFn: ({ signal }) => {
      const params = {
        path: { objectType, objectId },
        query: { properties: '*', ...(asOf !== undefined && { asOf }) },
      };
      return answered(api.GET('/time-travel/v1/objects/{objectType}/{objectId}', { params, signal }));
    },
  });

export const timelineQuery = (
  objectType: string,
  objectId: string,
  after: string | undefined,
  limit: number,
) =>
  queryOptions({
    queryKey: ['record', objectType, objectId, 'timeline', after ?? '', limit],
    queryFn: ({ signal }) => {
      const query = { limit, ...(after !== undefined && { after }) };
      const params = { path: { objectType, objectId }, query };
      return answered(
        api.GET('/time-travel/v1/objects/{objectType}/{objectId}/timeline', { params, signal }),
      );
    },
    placeholderData: keepPreviousData,
  });

/** The values of some records of a type, by their ids; those that are gone are left out. */
export async function readSome(
  objectType: string,
  ids: readonly string[],
  properties: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, RecordView>> {
  const found = new Map<string, RecordView>();
  for (let at = 0; at < ids.length; at += BATCH) {
    const body = { inputs: ids.slice(at, at + BATCH).map((id) => ({ id })), properties: [...properties] };
    const params = { path: { objectType } };
    const asking = api.POST('/crm/v3/objects/{objectType}/batch/read', {
      params,
      body,
      ...(signal && { signal }),
    });
    for (const record of (await answered(asking)).results) found.set(record.id, record);
  }
  return found;
}
