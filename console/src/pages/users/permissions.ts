// What a role allows, as its editor handles it.
import type { paths } from '../../api/generated';
import type { Role } from './users.queries';

type Body = paths['/settings/v3/users/roles']['post']['requestBody']['content']['application/json'];
export type Allowance = NonNullable<Body['permissions']['allows']>[number];
export type Level = 'none' | 'own' | 'team' | 'all';
export type Right = 'view' | 'edit' | 'delete';
export type Rights = Readonly<Record<Right, Level>>;

export const levels: readonly Level[] = ['all', 'team', 'own', 'none'];
export const rights: readonly Right[] = ['view', 'edit', 'delete'];
export const allowances: readonly Allowance[] = [
  ...(['merge', 'import', 'export', 'bulkDelete', 'properties', 'schemas'] as const),
  ...(['sensitive', 'highlySensitive', 'auditRead', 'auditExport', 'auditComment'] as const),
  ...(['users', 'settings'] as const),
];

export interface Draft {
  readonly name: string;
  readonly records: Readonly<Record<string, Rights>>;
  readonly allows: readonly string[];
}

export const NOTHING: Rights = { view: 'none', edit: 'none', delete: 'none' };
const VIEW_OWN: Rights = { view: 'all', edit: 'own', delete: 'none' };

/** A draft of a new role, or of one that is there, with a row for the types that are not named. */
export function draftOf(role: Role | undefined): Draft {
  const { name = '', permissions } = role ?? {};
  return {
    name,
    records: { default: role ? NOTHING : VIEW_OWN, ...permissions?.records },
    allows: permissions?.allows ?? [],
  };
}
