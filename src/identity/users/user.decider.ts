// The decider of users: invited, active, deactivated. Secrets are no part of the state: secrets lie in the vault.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { NewPassword } from '../grants';
import { SUPER_ADMIN } from '../identity.vocabulary';
import type { UserEvents, UserNames, UserTeams } from './user.events';

export interface KnownUser {
  readonly status: 'invited' | 'withdrawn' | 'active' | 'deactivated';
  readonly userId: string;
  readonly email: string;
  readonly names: UserNames;
  readonly roleId: string | null;
  readonly teams: UserTeams;
  readonly twoFactor: boolean;
  /** The number of the invitation that counts, and the ISO time until which it does. */
  readonly invitation: number;
  readonly invitedUntil: string | null;
  /** How many times the password was set anew. */
  readonly passwordChanges: number;
}
export type User = { readonly status: 'none' } | KnownUser;

const known = (state: User): KnownUser => {
  if (state.status === 'none') throw new Refusal('user-unknown');
  return state;
};
export const NO_TEAMS: UserTeams = { primaryTeamId: null, secondaryTeamIds: [] };

/** Ids of all teams that a user is in. */
export const idsOfTeams = ({ primaryTeamId, secondaryTeamIds }: UserTeams): (string | null)[] =>
  [primaryTeamId, ...secondaryTeamIds].filter((id) => id !== null);

export const user: Decider<User, UserEvents> = {
  initial: { status: 'none' },
  evolve: {
    'user.created.v1': (_, { userId, email, superAdmin }) => ({
      ...{ status: 'active', userId, email, names: { firstName: '', lastName: '' } },
      roleId: superAdmin ? SUPER_ADMIN : null,
      ...{ teams: NO_TEAMS, twoFactor: false, invitation: 0, invitedUntil: null, passwordChanges: 0 },
    }),
    'user.invited.v1': (_, { userId, email, names, roleId, teams, invitation, expiresAt }) => ({
      ...{ status: 'invited', userId, email, names, roleId, teams, twoFactor: false },
      ...{ invitation, invitedUntil: expiresAt, passwordChanges: 0 },
    }),
    'user.invited-again.v1': (state, { invitation, expiresAt }) => ({
      ...known(state),
      ...{ invitation, invitedUntil: expiresAt },
    }),
    'user.invitation-withdrawn.v1': (state) => ({ ...known(state), status: 'withdrawn' }),
    'user.joined.v1': (state) => ({ ...known(state), status: 'active', invitedUntil: null }),
    'user.renamed.v1': (state, { to }) => ({ ...known(state), names: to }),
    'user.role-changed.v1': (state, { to }) => ({ ...known(state), roleId: to }),
    'user.teams-changed.v1': (state, { to }) => ({ ...known(state), teams: to }),
    'user.deactivated.v1': (state) => ({ ...known(state), status: 'deactivated' }),
    'user.reactivated.v1': (state) => ({ ...known(state), status: 'active' }),
    'user.two-factor-enabled.v1': (state) => ({ ...known(state), twoFactor: true }),
    'user.two-factor-disabled.v1': (state) => ({ ...known(state), twoFactor: false }),
    'user.recovery-codes-made.v1': (state) => state,
    'user.recovery-code-used.v1': (state) => state,
    'user.password-reset-requested.v1': (state) => state,
    'user.password-changed.v1': (state, { changes }) => ({ ...known(state), passwordChanges: changes }),
  },
};

const ev = eventsOf<UserEvents>();
type Decided = EventOf<UserEvents>[];

export function createUser(state: User, created: UserEvents['user.created.v1']): Decided {
  return state.status === 'none' ? [ev('user.created.v1', created)] : [];
}

export function inviteUser(state: User, invited: Omit<UserEvents['user.invited.v1'], 'invitation'>): Decided {
  if (state.status === 'none') return [ev('user.invited.v1', { ...invited, invitation: 1 })];
  throw new Refusal('user-exists', { context: { id: [state.userId] } });
}

/** A new link, in place of the one before, which may have expired. */
export function inviteAgain(state: User, expiresAt: string): Decided {
  const { status, userId, invitation } = known(state);
  if (status !== 'invited') throw new Refusal('user-not-invited');
  return [ev('user.invited-again.v1', { userId, invitation: invitation + 1, expiresAt })];
}

export function withdrawInvitation(state: User): Decided {
  const { status, userId, email } = known(state);
  if (status === 'withdrawn') return [];
  if (status !== 'invited') throw new Refusal('user-not-invited');
  return [ev('user.invitation-withdrawn.v1', { userId, email })];
}

/** Throws `invitation-invalid` where the link is none that counts now. */
export function requireInvitation(state: User, invitation: number, now: string): KnownUser {
  const isGood = state.status === 'invited' && state.invitation === invitation && state.invitedUntil! > now;
  if (!isGood) throw new Refusal('invitation-invalid');
  return state;
}

/** The password is set by then: the invitation has been accepted, whatever has become of it since. */
export function join(state: User): Decided {
  const { status, userId } = known(state);
  return status === 'invited' ? [ev('user.joined.v1', { userId })] : [];
}

export interface UserChanges {
  readonly names?: Partial<UserNames>;
  readonly roleId?: string | null;
  readonly teams?: UserTeams;
}

export function changeUser(state: User, { names, roleId, teams }: UserChanges): Decided {
  const now = known(state);
  const { userId } = now;
  const [to, inTeams] = [{ ...now.names, ...names }, teams ?? now.teams];
  return [
    ...(same(now.names, to) ? [] : [ev('user.renamed.v1', { userId, from: now.names, to })]),
    ...(roleId === undefined || roleId === now.roleId
      ? []
      : [ev('user.role-changed.v1', { userId, from: now.roleId, to: roleId })]),
    ...(same(now.teams, inTeams)
      ? []
      : [ev('user.teams-changed.v1', { userId, from: now.teams, to: inTeams })]),
  ];
}

const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

export function deactivateUser(state: User): Decided {
  const { status, userId } = known(state);
  if (status === 'deactivated') return [];
  if (status !== 'active') throw new Refusal('user-not-active');
  return [ev('user.deactivated.v1', { userId })];
}

export function reactivateUser(state: User): Decided {
  const { status, userId } = known(state);
  if (status === 'active') return [];
  if (status !== 'deactivated') throw new Refusal('user-not-active');
  return [ev('user.reactivated.v1', { userId })];
}

export function enableTwoFactor(state: User): Decided {
  const { twoFactor, userId } = known(state);
  return twoFactor ? [] : [ev('user.two-factor-enabled.v1', { userId })];
}

/** With the event of the second factor itself, where a crash came before that event. */
export function makeRecoveryCodes(state: User, codes: number): Decided {
  const made = ev('user.recovery-codes-made.v1', { userId: known(state).userId, codes });
  return [...enableTwoFactor(state), made];
}

export const useRecoveryCode = (state: User, left: number): Decided => [
  ev('user.recovery-code-used.v1', { userId: known(state).userId, left }),
];

export const requestPasswordReset = (state: User, link: number, expiresAt: string): Decided => [
  ev('user.password-reset-requested.v1', { userId: known(state).userId, link, expiresAt }),
];

/** Once for each password: a crash may have come between the password and its event. */
export function tellNewPassword(state: User, { changes, by }: NewPassword): Decided {
  const { passwordChanges, userId } = known(state);
  return passwordChanges >= changes ? [] : [ev('user.password-changed.v1', { userId, changes, by })];
}

/** `wasActive`: the second factor counted until now, though a crash may have come before the event that says so. */
export function disableTwoFactor(state: User, wasActive: boolean): Decided {
  const { twoFactor, userId } = known(state);
  if (!twoFactor && wasActive) return [];
  if (!twoFactor) throw new Refusal('two-factor-not-set-up');
  return [ev('user.two-factor-disabled.v1', { userId })];
}
