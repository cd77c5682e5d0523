// Decisions and read models of users, super admins, roles and teams, in the words of those who run an account.
import { teamMembers } from '../../../projections/team-members';
import { users } from '../../../projections/users';
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  changeRole,
  createRole,
  deleteRole,
  MOST_ROLES,
  roles,
} from '../../../src/identity/roles/role.decider';
import type { RoleEvents } from '../../../src/identity/roles/role.events';
import {
  createTeam,
  deleteTeam,
  MOST_TEAMS,
  renameTeam,
  teams,
} from '../../../src/identity/teams/team.decider';
import type { TeamEvents } from '../../../src/identity/teams/team.events';
import {
  accountAdmins,
  giveSuperAdmin,
  makeFirstAdmin,
  takeSuperAdmin,
} from '../../../src/identity/users/admin.decider';
import * as decide from '../../../src/identity/users/user.decider';
import { type User, user } from '../../../src/identity/users/user.decider';
import type { AccountAdminEvents, UserEvents } from '../../../src/identity/users/user.events';
import { at, deciding, later, projecting, refusalOf } from '../../support/spec';

const ofUser = eventsOf<UserEvents>();
const ofAdmins = eventsOf<AccountAdminEvents>();

const ada = { userId: '1', email: 'ada@example.com', superAdmin: true, by: 'setup' as const };
const created = ofUser('user.created.v1', ada);
const enabled = ofUser('user.two-factor-enabled.v1', { userId: '1' });
const disabled = ofUser('user.two-factor-disabled.v1', { userId: '1' });
const firstAdmin = ofAdmins('account.first-admin-made.v1', { userId: '1' });
const secondAdmin = ofAdmins('account.super-admin-given.v1', { userId: '2' });
const inTeams = { primaryTeamId: 'north', secondaryTeamIds: ['key-accounts'] };
const lin = {
  ...{ userId: '3', email: 'lin@example.com', names: { firstName: 'Lin', lastName: 'Yu' }, roleId: 'sales' },
  ...{ teams: inTeams, expiresAt: later },
};
const invited = ofUser('user.invited.v1', { ...lin, invitation: 1 });
const again = ofUser('user.invited-again.v1', { userId: '3', invitation: 2, expiresAt: later });
const withdrawn = ofUser('user.invitation-withdrawn.v1', { userId: '3', email: lin.email });
const joined = ofUser('user.joined.v1', { userId: '3' });
const deactivated = ofUser('user.deactivated.v1', { userId: '3' });
const reactivated = ofUser('user.reactivated.v1', { userId: '3' });

describe('the first super admin', () => {
  const given = deciding(accountAdmins);
  test('is made where there is none', () =>
    given()
      .when((s) => makeFirstAdmin(s, '1', false))
      .then(firstAdmin));
  test('is not made twice', () =>
    given(firstAdmin)
      .when((s) => makeFirstAdmin(s, '1', true))
      .thenNothing());
  test('is not followed by another first one', () =>
    given(firstAdmin)
      .when((s) => makeFirstAdmin(s, '2', true))
      .thenRefused('setup-done'));
  test('is made anew where the vault that knew the old one was lost', () => {
    const again = ofAdmins('account.first-admin-made.v1', { userId: '2' });
    given(firstAdmin)
      .when((s) => makeFirstAdmin(s, '2', false))
      .then(again);
  });
});

describe('a user', () => {
  const given = deciding(user);
  test('is created once', () => {
    given()
      .when((s) => decide.createUser(s, ada))
      .then(created);
    given(created)
      .when((s) => decide.createUser(s, ada))
      .thenNothing();
  });
  test('switches the second factor on and off', () => {
    given(created).when(decide.enableTwoFactor).then(enabled);
    given(created, enabled).when(decide.enableTwoFactor).thenNothing();
    given(created, enabled)
      .when((s) => decide.disableTwoFactor(s, true))
      .then(disabled);
    given(created, enabled, disabled)
      .when((s) => decide.disableTwoFactor(s, false))
      .thenRefused('two-factor-not-set-up');
  });
  test('whose second factor counted, though no event came to say so, has it switched off without one', () =>
    given(created)
      .when((s) => decide.disableTwoFactor(s, true))
      .thenNothing());
  test('makes and uses recovery codes', () => {
    const made = ofUser('user.recovery-codes-made.v1', { userId: '1', codes: 10 });
    given(created, enabled)
      .when((s) => decide.makeRecoveryCodes(s, 10))
      .then(made);
    given(created)
      .when((s) => decide.makeRecoveryCodes(s, 10))
      .then(enabled, made);
    given(created, enabled, made)
      .when((s) => decide.useRecoveryCode(s, 9))
      .then(ofUser('user.recovery-code-used.v1', { userId: '1', left: 9 }));
  });
  test('who does not exist has no second factor', () => {
    given().when(decide.enableTwoFactor).thenRefused('user-unknown');
    for (const act of [
      (s: User) => decide.disableTwoFactor(s, true),
      (s: User) => decide.makeRecoveryCodes(s, 10),
      (s: User) => decide.useRecoveryCode(s, 9),
    ])
      given().when(act).thenRefused('user-unknown');
  });
});

describe('super admins', () => {
  const given = deciding(accountAdmins);
  test('are made of users, once', () => {
    given(firstAdmin)
      .when((s) => giveSuperAdmin(s, '2'))
      .then(secondAdmin);
    given(firstAdmin, secondAdmin)
      .when((s) => giveSuperAdmin(s, '2'))
      .thenNothing();
  });
  test('are never without one', () => {
    const taken = ofAdmins('account.super-admin-taken.v1', { userId: '1' });
    given(firstAdmin)
      .when((s) => takeSuperAdmin(s, '1'))
      .thenRefused('last-super-admin');
    given(firstAdmin, secondAdmin)
      .when((s) => takeSuperAdmin(s, '1'))
      .then(taken);
    given(firstAdmin, secondAdmin, taken)
      .when((s) => takeSuperAdmin(s, '2'))
      .thenRefused('last-super-admin');
    given(firstAdmin)
      .when((s) => takeSuperAdmin(s, '9'))
      .thenNothing();
  });
});

describe('an invitation', () => {
  const given = deciding(user);
  test('is made for whoever is no user yet', () => {
    given()
      .when((s) => decide.inviteUser(s, lin))
      .then(invited);
    given(invited)
      .when((s) => decide.inviteUser(s, lin))
      .thenRefused('user-exists');
  });
  test('is sent again while it is open, and then the link before leads nowhere', () => {
    given(invited)
      .when((s) => decide.inviteAgain(s, later))
      .then(again);
    for (const scenes of [[created], [invited, joined], [invited, withdrawn]])
      given(...scenes)
        .when((s) => decide.inviteAgain(s, later))
        .thenRefused('user-not-invited');
    const { state } = given(invited, again);
    expect(refusalOf(() => decide.requireInvitation(state, 1, at))).toBe('invitation-invalid');
    expect(decide.requireInvitation(state, 2, at).email).toBe(lin.email);
  });
  test('counts until its time is over, it is withdrawn, or it is accepted', () => {
    const invalid = (now: string, ...scenes: Parameters<typeof given>) =>
      refusalOf(() => decide.requireInvitation(given(...scenes).state, 1, now));
    expect(invalid(at, invited)).toBeUndefined();
    expect(invalid(later, invited)).toBe('invitation-invalid');
    expect(invalid(at, invited, withdrawn)).toBe('invitation-invalid');
    expect(invalid(at, invited, joined)).toBe('invitation-invalid');
    expect(invalid(at)).toBe('invitation-invalid');
  });
  test('is withdrawn once, and not after it was accepted', () => {
    given(invited).when(decide.withdrawInvitation).then(withdrawn);
    given(invited, withdrawn).when(decide.withdrawInvitation).thenNothing();
    given(invited, joined).when(decide.withdrawInvitation).thenRefused('user-not-invited');
  });
  test('makes an active user of whoever accepts it', () => {
    given(invited).when(decide.join).then(joined);
    given(invited, joined).when(decide.join).thenNothing();
  });
});

describe('a user of the account', () => {
  const given = deciding(user);
  test('is changed in what is said, and in nothing else', () => {
    given(invited)
      .when((s) => decide.changeUser(s, {}))
      .thenNothing();
    given(invited)
      .when((s) => decide.changeUser(s, { names: { lastName: 'Yu' }, roleId: 'sales', teams: inTeams }))
      .thenNothing();
    given(invited)
      .when((s) => decide.changeUser(s, { names: { lastName: 'Sato' }, roleId: null }))
      .then(
        ofUser('user.renamed.v1', {
          ...{ userId: '3', from: lin.names },
          to: { firstName: 'Lin', lastName: 'Sato' },
        }),
        ofUser('user.role-changed.v1', { userId: '3', from: 'sales', to: null }),
      );
    const alone = { primaryTeamId: null, secondaryTeamIds: [] };
    given(invited)
      .when((s) => decide.changeUser(s, { teams: alone }))
      .then(ofUser('user.teams-changed.v1', { userId: '3', from: inTeams, to: alone }));
  });
  test('is deactivated and active again', () => {
    given(invited, joined).when(decide.deactivateUser).then(deactivated);
    given(invited, joined, deactivated).when(decide.deactivateUser).thenNothing();
    given(invited).when(decide.deactivateUser).thenRefused('user-not-active');
    given(invited, joined, deactivated).when(decide.reactivateUser).then(reactivated);
    given(invited, joined).when(decide.reactivateUser).thenNothing();
    given(invited).when(decide.reactivateUser).thenRefused('user-not-active');
  });
});

describe('a role', () => {
  const given = deciding(roles);
  const permissions = { records: {}, allows: ['export'] };
  const made = eventsOf<RoleEvents>()('role.created.v1', { roleId: '7', name: 'Field', permissions });
  test('is made under a name that no other has, those of the standard roles included', () => {
    given()
      .when((s) => createRole(s, '7', 'Field', permissions))
      .then(made);
    given(made)
      .when((s) => createRole(s, '7', 'Field', permissions))
      .thenNothing();
    given(made)
      .when((s) => createRole(s, '8', 'field', permissions))
      .thenRefused('name-taken');
    given()
      .when((s) => createRole(s, '7', 'Sales', permissions))
      .thenRefused('name-taken');
  });
  test('is changed and deleted, and a standard one is not', () => {
    const from = { name: 'Field', permissions };
    const to = { name: 'Field', permissions: { records: {}, allows: [] } };
    given(made)
      .when((s) => changeRole(s, '7', { permissions: to.permissions }))
      .then(eventsOf<RoleEvents>()('role.changed.v1', { roleId: '7', from, to }));
    given(made)
      .when((s) => changeRole(s, '7', { name: 'Field' }))
      .thenNothing();
    given(made)
      .when((s) => deleteRole(s, '7'))
      .then(eventsOf<RoleEvents>()('role.deleted.v1', { roleId: '7', name: 'Field' }));
    given()
      .when((s) => deleteRole(s, 'sales'))
      .thenRefused('role-standard');
    given()
      .when((s) => changeRole(s, 'sales', {}))
      .thenRefused('role-standard');
    given()
      .when((s) => deleteRole(s, '7'))
      .thenRefused('role-unknown');
  });
});

describe('a team', () => {
  const given = deciding(teams);
  const ofTeam = eventsOf<TeamEvents>();
  const made = ofTeam('team.created.v1', { teamId: '5', name: 'North' });
  test('is made, renamed and deleted, under a name of its own', () => {
    given()
      .when((s) => createTeam(s, '5', 'North'))
      .then(made);
    given(made)
      .when((s) => createTeam(s, '6', 'north'))
      .thenRefused('name-taken');
    given(made)
      .when((s) => renameTeam(s, '5', 'Nordics'))
      .then(ofTeam('team.renamed.v1', { teamId: '5', from: 'North', to: 'Nordics' }));
    given(made)
      .when((s) => renameTeam(s, '5', 'North'))
      .thenNothing();
    given(made)
      .when((s) => deleteTeam(s, '5'))
      .then(ofTeam('team.deleted.v1', { teamId: '5', name: 'North' }));
    given()
      .when((s) => deleteTeam(s, '5'))
      .thenRefused('team-unknown');
  });
});

test('an account has as many teams, and roles of its own, as there may be, and no more', () => {
  const ofTeam = eventsOf<TeamEvents>();
  const ofRole = eventsOf<RoleEvents>();
  const names = (n: number) => Array.from({ length: n }, (_, at) => String(at));
  const permissions = { records: {}, allows: [] };
  const manyTeams = names(MOST_TEAMS).map((id) => ofTeam('team.created.v1', { teamId: id, name: id }));
  deciding(teams)(...manyTeams)
    .when((s) => createTeam(s, 'x', 'x'))
    .thenRefused('too-many');
  const manyRoles = names(MOST_ROLES).map((id) =>
    ofRole('role.created.v1', { roleId: id, name: id, permissions }),
  );
  deciding(roles)(...manyRoles)
    .when((s) => createRole(s, 'x', 'x', permissions))
    .thenRefused('too-many');
});

describe('the read models', () => {
  const doc = {
    ...{ email: ada.email, status: 'active' as const, firstName: '', lastName: '', superAdmin: true },
    ...{ roleId: 'super-admin', primaryTeamId: null, secondaryTeamIds: [], invitedUntil: null },
    ...{ createdAt: at, updatedAt: at },
  };
  test('show users and whether they have a second factor', () => {
    projecting(users)
      .given(created, enabled)
      .then({ '1': { ...doc, twoFactor: true } });
    projecting(users)
      .given(created, enabled, disabled)
      .then({ '1': { ...doc, twoFactor: false } });
  });
  test('show who was invited, and what became of them', () => {
    const { names, teams: to, roleId, email } = lin;
    const shown = { ...doc, ...names, ...to, roleId, email, superAdmin: false, twoFactor: false };
    const after = (...scenes: Parameters<ReturnType<typeof projecting<never, UserEvents>>['given']>) =>
      projecting(users).given(...scenes);
    after(invited).then({ '3': { ...shown, status: 'invited', invitedUntil: later } });
    after(invited, again).then({ '3': { ...shown, status: 'invited', invitedUntil: later } });
    after(invited, withdrawn).then({ '3': { ...shown, status: 'withdrawn' } });
    after(invited, joined).then({ '3': shown });
    after(invited, joined, deactivated).then({ '3': { ...shown, status: 'deactivated' } });
    after(invited, joined, deactivated, reactivated).then({ '3': shown });
  });
  test('show who is in which team', () => {
    const moved = ofUser('user.teams-changed.v1', {
      ...{ userId: '3', from: inTeams },
      to: { primaryTeamId: 'key-accounts', secondaryTeamIds: [] },
    });
    projecting(teamMembers)
      .given(invited)
      .then({
        'north-3': { teamId: 'north', userId: '3', primary: true },
        'key-accounts-3': { teamId: 'key-accounts', userId: '3', primary: false },
      });
    projecting(teamMembers)
      .given(invited, moved)
      .then({ 'key-accounts-3': { teamId: 'key-accounts', userId: '3', primary: true } });
  });
});
