// What the pages of the audit log ask the server.
import { queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Row = Schemas['EntryRow'];

export const auditKey = ['audit'] as const;

export const viewsQuery = queryOptions({
  queryKey: ['audit', 'views'],
  queryFn: ({ signal }) =>
    answered(api.GET('/audit/v1/views', { params: { query: { limit: 100 } }, signal })),
  staleTime: 30_000,
});

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit', 'entry', id],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/entries/{id}', { params: { path: { id } }, signal })),
    staleTime: 30_000,
  });
export type Entry = Awaited<ReturnType<NonNullable<ReturnType<typeof entryQuery>['queryFn']>>>;

export const proofQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit', 'proof', id],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/entries/{id}/proof', { params: { path: { id } }, signal })),
    staleTime: 300_000,
    retry: false,
  });

export const completionQuery = (q: string, at: number) =>
  queryOptions({
    queryKey: ['audit', 'complete', q, at],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/query/complete', { params: { query: { q, at } }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const commentQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit', 'comment', id],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/comments/{id}', { params: { path: { id } }, signal })),
    retry: false,
  });

export const accountQuery = queryOptions({
  queryKey: ['account', 'settings'],
  queryFn: async ({ signal }) =>
    (await answered(api.GET('/settings/v1/account', { signal }))) as { tier?: string; addOns?: string[] },
  staleTime: 60_000,
  retry: false,
});
