// The token of a link that leads here. It is taken out of the address at once, so that neither the history nor whoever
// looks over a shoulder keeps it; this page alone holds it from then on.
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

export function useSecretLink(page: '/set-up' | '/invitation' | '/reset-password'): string | undefined {
  const navigate = useNavigate();
  const [token] = useState(() => tokenOf(location.hash, location.search));
  useEffect(() => {
    if (token !== undefined) void navigate({ to: page, search: {}, hash: '', replace: true });
  }, [token, page, navigate]);
  return token;
}

/** A fragment goes to no server, and so is what links have; the query is read for those that were sent before. */
export function tokenOf(hash: string, search: string): string | undefined {
  const token = [hash.replace(/^#/, ''), search]
    .map((part) => new URLSearchParams(part).get('token'))
    .find(Boolean);
  return token ?? undefined;
}
