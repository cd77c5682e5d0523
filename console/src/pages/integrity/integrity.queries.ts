// What the server tells of its own soundness.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answered, api } from '../../api/client';
import type { paths } from '../../api/generated';

interface Paging {
  readonly after?: string | undefined;
  readonly limit?: number;
}

export const drillsQuery = (query: Paging) =>
  queryOptions({
    queryKey: ['drills', query],
    queryFn: ({ signal }) => answered(api.GET('/backups/v1/drills', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.results.some(({ ok, status }) => ok === null && status === 'PENDING') ? 3_000 : false,
  });

export const drillQuery = (drillId: string) =>
  queryOptions({
    queryKey: ['drill', drillId],
    queryFn: ({ signal }) =>
      answered(api.GET('/backups/v1/drills/{drillId}', { params: { path: { drillId } }, signal })),
  });

export const checkpointsQuery = (query: Paging) =>
  queryOptions({
    queryKey: ['checkpoints', query],
    queryFn: ({ signal }) => answered(api.GET('/audit/v1/checkpoints', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const keysQuery = queryOptions({
  queryKey: ['checkpoint-keys'],
  queryFn: ({ signal }) => answered(api.GET('/audit/v1/keys', { signal })),
});

export const completenessQuery = (query: { readonly from?: string; readonly to?: string }) =>
  queryOptions({
    queryKey: ['completeness', query],
    queryFn: ({ signal }) => answered(api.GET('/audit/v1/completeness', { params: { query }, signal })),
  });

type Health = paths['/health/ready']['get']['responses'][200]['content']['application/json'];

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }): Promise<Health> => {
    // What is not ready is told with 503 and the same body.
    const { data, error } = await api.GET('/health/ready', { signal });
    return (data ?? error) as Health;
  },
  refetchInterval: 10_000,
});
