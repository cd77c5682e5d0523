// Which page of the console shows what an address of the API stands for: causes, notifications and totals name such addresses.

export interface PageAddress {
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
}

type Rule = readonly [pattern: RegExp, page: (ids: string[], query: URLSearchParams) => PageAddress];

const below =
  (path: string) =>
  ([id]: string[]): PageAddress => ({ to: `${path}/${id}` });
const plain = (to: string, search?: Record<string, string>) => (): PageAddress =>
  search ? { to, search } : { to };
const auditSearch =
  (name: string) =>
  ([id]: string[]): PageAddress => ({ to: '/audit', search: { [name]: id! } });
const same = (to: string) => (_: string[], query: URLSearchParams) => ({
  to,
  search: Object.fromEntries(query),
});

/** What stands behind the id (`/file`, `/progress` …) is shown on the page of the thing itself. */
const rules: readonly Rule[] = [
  [/^\/backups\/v1\/schedule/, plain('/backups')],
  [/^\/backups\/v1\/backups\/([^/]+)/, below('/backups')],
  [/^\/backups\/v1\/backups$/, plain('/backups')],
  [/^\/backups\/v1\/drills\/([^/]+)/, below('/integrity/drills')],
  [/^\/backups\/v1\/drills$/, plain('/integrity', { tab: 'drills' })],
  [/^\/backups\/v1\/loads\/([^/]+)/, below('/loads')],
  [/^\/restores\/v1\/plans\/([^/]+)/, below('/restores/plans')],
  [/^\/restores\/v1\/restores\/([^/]+)/, below('/restores')],
  [/^\/recycle-bin\/v1\/restores/, plain('/recycle-bin')],
  [
    /^\/recycle-bin\/v1\/([^/]+)/,
    ([objectType]) => ({ to: '/recycle-bin', search: { objectType: objectType! } }),
  ],
  [/^\/crm\/v3\/imports\/([^/]+)/, below('/imports')],
  [/^\/crm\/v3\/exports\/export\/async\/tasks\/([^/]+)/, below('/exports')],
  [/^\/crm\/v3\/exports\/export\/([^/]+)/, below('/exports')],
  [/^\/audit\/v1\/exports\/schedules/, plain('/exports', { tab: 'audit' })],
  [/^\/audit\/v1\/exports\/([^/]+)/, below('/exports/audit')],
  [/^\/audit\/v1\/entries\/([^/]+)/, auditSearch('entry')],
  [/^\/audit\/v1\/entries$/, same('/audit')],
  [/^\/audit\/v1\/comments\/([^/]+)/, auditSearch('comment')],
  [/^\/audit\/v1\/views\/([^/]+)/, auditSearch('view')],
  [
    /^\/audit\/v1\/alerts\/([^/]+)\/incidents\/([^/]+)/,
    ([alert, incident]) => ({ to: `/alerts/${alert}`, search: { incident: incident! } }),
  ],
  [/^\/audit\/v1\/alerts\/([^/]+)/, below('/alerts')],
  [/^\/settings\/(?:v3\/users|users\/v3)\/([^/]+)/, below('/users')],
  [
    /^\/auth\/v1\/sessions\/([^/]+)/,
    ([session]) => ({ to: '/profile', search: { tab: 'sessions', session: session! } }),
  ],
  [/^\/auth\/v1\/api-keys/, plain('/api-keys')],
  [/^\/crm\/v3\/objects\/([^/]+)\/([^/]+)/, ([type, id]) => ({ to: `/records/${type}/${id}` })],
  [
    /^\/time-travel\/v1\/objects\/([^/]+)\/([^/]+)/,
    ([type, id], query) => {
      const asOf = query.get('asOf');
      return { to: `/records/${type}/${id}`, ...(asOf !== null && { search: { asOf } }) };
    },
  ],
  [/^\/time-travel\/v1\/compare\/([^/]+)/, below('/compare')],
];

/** Undefined where no page shows it. `address` may hold the server's own host before its path. */
export function pageOf(address: string | null | undefined): PageAddress | undefined {
  if (!address) return undefined;
  const { pathname, searchParams } = new URL(address, 'http://any.invalid');
  for (const [pattern, page] of rules) {
    const found = pattern.exec(pathname);
    if (found) return page(found.slice(1).map(decodeURIComponent), searchParams);
  }
  return undefined;
}
