// The decider of the account's own roles.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { requireFreeName } from '../free-name';
import type { Permissions, RoleEvents } from './role.events';
import { standardRoles, type Role } from './standard-roles';

export const ROLES = 'roles';
/** Of its own: more than any account has use for; the state is read with every one of them. */
export const MOST_ROLES = 200;

/** The account's own roles by id. */
export type Roles = ReadonlyMap<string, { readonly name: string; readonly permissions: Permissions }>;

export const roles: Decider<Roles, RoleEvents> = {
  initial: new Map(),
  evolve: {
    'role.created.v1': (state, { roleId, name, permissions }) =>
      new Map([...state, [roleId, { name, permissions }]]),
    'role.changed.v1': (state, { roleId, to }) => new Map([...state, [roleId, to]]),
    'role.deleted.v1': (state, { roleId }) => new Map([...state].filter(([id]) => id !== roleId)),
  },
};

const ev = eventsOf<RoleEvents>();

/** A role by its id, of the standard ones or the account's own. */
export function roleOf(state: Roles, id: string): Role | undefined {
  const own = state.get(id);
  return own ? { id, ...own, standard: false } : standardRoles.find((one) => one.id === id);
}

export const allRoles = (state: Roles): readonly Role[] => [
  ...standardRoles,
  ...[...state].map(([id, own]) => ({ id, ...own, standard: false })),
];

export function createRole(
  state: Roles,
  roleId: string,
  name: string,
  permissions: Permissions,
): EventOf<RoleEvents>[] {
  if (state.has(roleId)) return [];
  if (state.size >= MOST_ROLES)
    throw new Refusal('too-many', { message: `An account has at most ${MOST_ROLES} roles of its own` });
  requireFreeName(allRoles(state), name);
  return [ev('role.created.v1', { roleId, name, permissions })];
}

export function changeRole(
  state: Roles,
  roleId: string,
  wanted: { readonly name?: string | undefined; readonly permissions?: Permissions | undefined },
): EventOf<RoleEvents>[] {
  const from = ownRole(state, roleId);
  const to = { name: wanted.name ?? from.name, permissions: wanted.permissions ?? from.permissions };
  requireFreeName(allRoles(state), to.name, roleId);
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [ev('role.changed.v1', { roleId, from, to })];
}

/** Whoever still has the role may do nothing by it from now on. */
export function deleteRole(state: Roles, roleId: string): EventOf<RoleEvents>[] {
  const { name } = ownRole(state, roleId);
  return [ev('role.deleted.v1', { roleId, name })];
}

function ownRole(state: Roles, roleId: string) {
  const own = state.get(roleId);
  if (own) return own;
  if (standardRoles.some(({ id }) => id === roleId)) throw new Refusal('role-standard');
  throw new Refusal('role-unknown');
}
