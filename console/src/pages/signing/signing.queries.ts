// What the pages before signing in ask of the server.
import { queryOptions } from '@tanstack/react-query';
import { answered, api } from '../../api/client';

/** Whether the first super admin is still to be made. */
export const setUpQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => answered(api.GET('/auth/v1/setup', { signal })),
  staleTime: 60_000,
});

const once = { retry: false, staleTime: Infinity, refetchOnWindowFocus: false } as const;

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) =>
      answered(api.GET('/auth/v1/invitations/accept', { params: { query: { token } }, signal })),
    ...once,
  });

export const resetLinkQuery = (token: string) =>
  queryOptions({
    queryKey: ['reset-link', token],
    queryFn: ({ signal }) =>
      answered(api.GET('/auth/v1/password/reset/confirm', { params: { query: { token } }, signal })),
    ...once,
  });
