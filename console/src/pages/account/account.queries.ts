// The settings of the account.
import { queryOptions } from '@tanstack/react-query';
import { answered, api } from '../../api/client';

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => answered(api.GET('/settings/v1/account', { signal })),
});

export const ssoQuery = queryOptions({
  queryKey: ['account', 'sso'],
  queryFn: ({ signal }) => answered(api.GET('/settings/v1/sso', { signal })),
});

export const employeesQuery = queryOptions({
  queryKey: ['account', 'employees'],
  queryFn: ({ signal }) => answered(api.GET('/settings/v1/employee-access', { signal })),
});

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: ({ signal }) => answered(api.GET('/audit/v1/retention', { signal })),
});

export const purgesQuery = queryOptions({
  queryKey: ['retention', 'purges'],
  queryFn: ({ signal }) =>
    answered(api.GET('/audit/v1/retention/purges', { params: { query: { limit: 20 } }, signal })),
  refetchInterval: ({ state }) =>
    state.data?.results.some(({ status }) => status === 'RUNNING') ? 3_000 : false,
});

export const holdsQuery = queryOptions({
  queryKey: ['holds'],
  queryFn: ({ signal }) => answered(api.GET('/audit/v1/holds', { signal })),
});

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) =>
    answered(api.GET('/webhooks/v1/subscriptions', { params: { query: { limit: 200 } }, signal })),
  refetchInterval: 10_000,
});

export const streamsQuery = queryOptions({
  queryKey: ['streams'],
  queryFn: ({ signal }) =>
    answered(api.GET('/audit/v1/streams', { params: { query: { limit: 200 } }, signal })),
  refetchInterval: 10_000,
});
