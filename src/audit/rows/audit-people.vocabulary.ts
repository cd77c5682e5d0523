// What the audit log says of users, roles and teams.
import type { EmployeeAccessEvents } from '../../identity/employees/employee-access.events';
import type { RoleEvents } from '../../identity/roles/role.events';
import type { SsoEvents } from '../../identity/sso/sso.events';
import type { TeamEvents } from '../../identity/teams/team.events';
import type { AccountAdminEvents, UserEvents } from '../../identity/users/user.events';
import type { Described, Values } from '../audit-entry.vocabulary';
import { changed, made, type NoRow, sameAct, security } from '../audit-wording.vocabulary';

export type PeopleEvents = UserEvents &
  AccountAdminEvents &
  RoleEvents &
  TeamEvents &
  SsoEvents &
  EmployeeAccessEvents;

type Rows = {
  readonly [K in keyof PeopleEvents]: ((data: PeopleEvents[K]) => Described) | NoRow;
};

const userTarget = ({ userId, label }: { readonly userId: string; readonly label?: string }) => ({
  ...{ type: 'users', id: userId },
  ...(label !== undefined && { label }),
});
const ofUser = (
  action: string,
  summary: string,
  data: { readonly userId: string; readonly label?: string },
  changes?: Values,
) => security('USER', action, summary, userTarget(data), changes);
const ofRole = (
  action: string,
  summary: string,
  { roleId, name }: { readonly roleId: string; readonly name: string },
  changes?: Values,
) => security('PERMISSION', action, summary, { type: 'roles', id: roleId, label: name }, changes);
const ofTeam = (
  action: string,
  summary: string,
  { teamId, name }: { readonly teamId: string; readonly name: string },
  changes?: Values,
) => security('TEAM', action, summary, { type: 'teams', id: teamId, label: name }, changes);

export const peopleRows: Rows = {
  'user.created.v1': (e) =>
    security(
      'USER',
      'CREATE',
      e.superAdmin ? 'Created a super admin' : 'Created a user',
      userTarget({ ...e, label: e.email }),
      made({ email: e.email, superAdmin: e.superAdmin }),
    ),
  'user.two-factor-enabled.v1': (e) =>
    security('TWO_FACTOR', 'ENABLE', 'Turned on two-factor authentication', userTarget(e)),
  'user.two-factor-disabled.v1': (e) =>
    security('TWO_FACTOR', 'DISABLE', 'Turned off two-factor authentication', userTarget(e)),
  'user.recovery-codes-made.v1': (e) =>
    security('TWO_FACTOR', 'UPDATE', 'Made new recovery codes', userTarget(e)),
  'user.recovery-code-used.v1': (e) =>
    security('TWO_FACTOR', 'RUN', `Used a recovery code: ${e.left} left`, userTarget(e)),
  'user.password-reset-requested.v1': (e) =>
    security('PASSWORD', 'REQUEST', 'Asked for a link to set a password', userTarget(e)),
  'user.password-changed.v1': (e) =>
    security(
      'PASSWORD',
      'UPDATE',
      e.by === 'reset' ? 'Set a password by a link' : 'Changed their password',
      userTarget(e),
    ),
  'user.invited.v1': (e) =>
    ofUser(
      'CREATE',
      'Invited a user',
      { userId: e.userId, label: e.email },
      made({ email: e.email, roleId: e.roleId, ...e.teams, expiresAt: e.expiresAt }),
    ),
  'user.invited-again.v1': (e) =>
    ofUser('REQUEST', 'Sent an invitation again', e, made({ expiresAt: e.expiresAt })),
  'user.invitation-withdrawn.v1': (e) => ofUser('DELETE', 'Withdrew an invitation', { ...e, label: e.email }),
  'user.joined.v1': (e) => ofUser('UPDATE', 'Accepted an invitation', e),
  'user.renamed.v1': (e) => ofUser('UPDATE', "Changed a user's name", e, changed(e.from, e.to)),
  'user.role-changed.v1': (e) =>
    security(
      'PERMISSION',
      'UPDATE',
      "Changed a user's role",
      userTarget(e),
      changed({ roleId: e.from }, { roleId: e.to }),
    ),
  'user.teams-changed.v1': (e) =>
    security('TEAM', 'UPDATE', "Changed a user's teams", userTarget(e), changed(e.from, e.to)),
  'user.deactivated.v1': (e) => ofUser('DISABLE', 'Deactivated a user', e),
  'user.reactivated.v1': (e) => ofUser('ENABLE', 'Reactivated a user', e),
  'account.super-admin-given.v1': (e) =>
    security('PERMISSION', 'GRANT', 'Made a user a super admin', userTarget(e)),
  'account.super-admin-taken.v1': (e) =>
    security('PERMISSION', 'REVOKE', 'Took super admin rights from a user', userTarget(e)),
  'account.sso-changed.v1': ({ from, to }) =>
    security('SSO', 'UPDATE', 'Changed single sign-on', { type: 'settings', id: 'sso' }, changed(from, to)),
  'account.employee-access-changed.v1': ({ from, to }) => ({
    ...{ category: 'SETTINGS', subCategory: 'EMPLOYEE_ACCESS' },
    action: from.allowed === to.allowed ? 'UPDATE' : to.allowed ? 'ENABLE' : 'DISABLE',
    summary: to.allowed ? 'Let employees of the vendor in' : 'Let employees of the vendor in no more',
    target: { type: 'settings', id: 'employee-access' },
    changes: changed(from, to),
  }),
  'role.created.v1': (e) => ofRole('CREATE', 'Made a role', e, made({ name: e.name, ...e.permissions })),
  'role.changed.v1': (e) =>
    ofRole(
      'UPDATE',
      'Changed a role',
      { roleId: e.roleId, name: e.to.name },
      changed({ name: e.from.name, ...e.from.permissions }, { name: e.to.name, ...e.to.permissions }),
    ),
  'role.deleted.v1': (e) => ofRole('DELETE', 'Deleted a role', e),
  'team.created.v1': (e) => ofTeam('CREATE', 'Made a team', e, made({ name: e.name })),
  'team.renamed.v1': (e) =>
    ofTeam(
      'UPDATE',
      'Renamed a team',
      { teamId: e.teamId, name: e.to },
      changed({ name: e.from }, { name: e.to }),
    ),
  'team.deleted.v1': (e) => ofTeam('DELETE', 'Deleted a team', e),
  'account.first-admin-made.v1': sameAct('user.created.v1'),
};
