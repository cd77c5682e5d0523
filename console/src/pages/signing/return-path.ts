// Where to go after signing in: a path of this origin and nothing else, whatever a link says.

export function returnPath(to: string | undefined, origin: string): string {
  // Browsers read a backslash as a slash: what begins with two of either names another host.
  if (to === undefined || !/^\/(?![/\\])/.test(to)) return '/';
  try {
    const url = new URL(to, origin);
    const isPage =
      url.origin === origin && !/^\/(sign-in|set-up|invitation|reset-password)\b/.test(url.pathname);
    return isPage ? `${url.pathname}${url.search}${url.hash}` : '/';
  } catch {
    return '/';
  }
}

const KEPT = 'strata.return-path';

/** Keeps where to go over the way to the provider and back. */
export const keepReturnPath = (path: string): void => sessionStorage.setItem(KEPT, path);

export function keptReturnPath(): string | undefined {
  return sessionStorage.getItem(KEPT) ?? undefined;
}
