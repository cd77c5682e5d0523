// What the page of API keys asks of the server.
import { infiniteQueryOptions } from '@tanstack/react-query';
import { answered, api } from '../../api/client';
import type { paths } from '../../api/generated';

export type ApiKey =
  paths['/auth/v1/api-keys']['get']['responses'][200]['content']['application/json']['results'][number];

export const apiKeysQuery = infiniteQueryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ pageParam, signal }) =>
    answered(
      api.GET('/auth/v1/api-keys', {
        params: { query: { limit: 100, ...(pageParam !== '' && { after: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ paging }) => paging?.next.after,
});

/** How far a key is: whether it still lets anybody in. */
export function statusOf(
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  now: number,
): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}

/** Addresses as they were typed, one a line or with commas between them; null where there are none: all. */
export function addressesOf(typed: string): string[] | null {
  const all = typed.split(/[\s,]+/).filter(Boolean);
  return all.length === 0 ? null : all;
}
