// The alerts of the account and what they have found.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Alert = Awaited<ReturnType<NonNullable<ReturnType<typeof alertQuery>['queryFn']>>>;
export type Incident = Schemas['IncidentView'];

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: ({ signal }) =>
    answered(api.GET('/audit/v1/alerts', { params: { query: { limit: 200 } }, signal })),
});

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', id],
    queryFn: ({ signal }) => answered(api.GET('/audit/v1/alerts/{id}', { params: { path: { id } }, signal })),
  });

export const incidentsQuery = (
  id: string,
  query: { readonly limit: number; readonly after?: string | undefined },
) =>
  queryOptions({
    queryKey: ['alerts', id, 'incidents', query],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/alerts/{id}/incidents', { params: { path: { id }, query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });

export const viewsQuery = queryOptions({
  queryKey: ['audit-views'],
  queryFn: ({ signal }) => answered(api.GET('/audit/v1/views', { signal })),
});
