// The scopes that a key can be given, by what they open, for the picker. They come of what whoever makes the key may do.

/** What scopes open of object types, as columns of the picker. `{type}` stands for the type and its dot. */
export const columns = [
  { id: 'read', scope: 'crm.objects.{type}read' },
  { id: 'write', scope: 'crm.objects.{type}write' },
  { id: 'schemaRead', scope: 'crm.schemas.{type}read' },
  { id: 'schemaWrite', scope: 'crm.schemas.{type}write' },
  { id: 'sensitiveRead', scope: 'crm.objects.{type}sensitive.read', isRare: true },
  { id: 'sensitiveWrite', scope: 'crm.objects.{type}sensitive.write', isRare: true },
  { id: 'highlySensitiveRead', scope: 'crm.objects.{type}highly_sensitive.read', isRare: true },
  { id: 'highlySensitiveWrite', scope: 'crm.objects.{type}highly_sensitive.write', isRare: true },
  { id: 'erase', scope: 'crm.objects.{type}erase', isRare: true },
] as const;
export type ColumnOfScopes = (typeof columns)[number];

/** The rest, each by itself. */
export const single = [
  ...(['crm.import', 'crm.export', 'crm.objects.owners.read'] as const),
  ...(['audit.read', 'audit.write', 'users', 'settings', 'backups', 'restores'] as const),
] as const;

/** The server gives these to keys of super admins alone. */
export const isForSuperAdmins = (scope: string): boolean =>
  /^(backups|restores|settings|audit\.write)$|\.erase$/.test(scope);

/** The name of a scope; without a type it holds for all types. */
export const scopeOf = ({ scope }: ColumnOfScopes, type: string | undefined): string =>
  scope.replace('{type}', type === undefined ? '' : `${type}.`);

/** The object types that scopes know: `custom` stands for all of the account's own. */
export function typesOf(scopes: readonly string[]): readonly string[] {
  const types = scopes.flatMap((scope) => /^crm\.objects\.(\w+)\.write$/.exec(scope)?.[1] ?? []);
  return [...new Set(types)].filter((type) => type !== 'sensitive' && type !== 'highly_sensitive');
}
