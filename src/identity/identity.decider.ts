// The deciders of users, sessions and API keys. Secrets are no part of their states: secrets lie in the vault.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf } from '../eventsourcing/event';
import { Refusal } from '../refusals';
import type {
  AccountAdminEvents,
  ApiKeyEvents,
  SessionEvents,
  StepUpBy,
  UserEvents,
} from './identity.events';

export type User =
  | { readonly status: 'none' }
  | { readonly status: 'active'; readonly userId: string; readonly twoFactor: boolean };

export const user: Decider<User, UserEvents> = {
  initial: { status: 'none' },
  evolve: {
    'user.created.v1': (_, { userId }) => ({ status: 'active', userId, twoFactor: false }),
    'user.two-factor-enabled.v1': (_, { userId }) => ({ status: 'active', userId, twoFactor: true }),
    'user.two-factor-disabled.v1': (_, { userId }) => ({ status: 'active', userId, twoFactor: false }),
    'user.recovery-codes-made.v1': (state) => state,
    'user.recovery-code-used.v1': (state) => state,
  },
};

export function createUser(state: User, created: UserEvents['user.created.v1']) {
  return state.status === 'active' ? [] : [eventsOf<UserEvents>()('user.created.v1', created)];
}

export function enableTwoFactor(state: User) {
  if (state.status === 'none') throw new Refusal('user-unknown');
  if (state.twoFactor) return [];
  return [eventsOf<UserEvents>()('user.two-factor-enabled.v1', { userId: state.userId })];
}

/** With the event of the second factor itself, where a crash came before that event. */
export function makeRecoveryCodes(state: User, codes: number) {
  if (state.status === 'none') throw new Refusal('user-unknown');
  const made = eventsOf<UserEvents>()('user.recovery-codes-made.v1', { userId: state.userId, codes });
  return [...enableTwoFactor(state), made];
}

export function useRecoveryCode(state: User, left: number) {
  if (state.status === 'none') throw new Refusal('user-unknown');
  return [eventsOf<UserEvents>()('user.recovery-code-used.v1', { userId: state.userId, left })];
}

/** `wasActive`: the second factor counted until now, though a crash may have come before the event that says so. */
export function disableTwoFactor(state: User, wasActive: boolean) {
  if (state.status === 'none') throw new Refusal('user-unknown');
  if (!state.twoFactor && wasActive) return [];
  if (!state.twoFactor) throw new Refusal('two-factor-not-set-up');
  return [eventsOf<UserEvents>()('user.two-factor-disabled.v1', { userId: state.userId })];
}

/** The first super admin's user id, once there is one. */
export const accountAdmins: Decider<string | undefined, AccountAdminEvents> = {
  initial: undefined,
  evolve: { 'account.first-admin-made.v1': (_, { userId }) => userId },
};

/** `known`: the vault still knows the present first super admin. A vault that was lost must not lock everybody out. */
export function makeFirstAdmin(state: string | undefined, userId: string, known: boolean) {
  if (state === userId) return [];
  if (state !== undefined && known) throw new Refusal('setup-done');
  return [eventsOf<AccountAdminEvents>()('account.first-admin-made.v1', { userId })];
}

export type Session =
  | { readonly status: 'none' }
  | { readonly status: 'active' | 'ended'; readonly sessionId: string; readonly userId: string };

export const session: Decider<Session, SessionEvents> = {
  initial: { status: 'none' },
  evolve: {
    'session.started.v1': (_, { sessionId, userId }) => ({ status: 'active', sessionId, userId }),
    'session.stepped-up.v1': (state) => state,
    'session.ended.v1': (_, { sessionId, userId }) => ({ status: 'ended', sessionId, userId }),
  },
};

export function startSession(state: Session, started: SessionEvents['session.started.v1']) {
  return state.status === 'none' ? [eventsOf<SessionEvents>()('session.started.v1', started)] : [];
}

/** Of the session that the caller is in: nobody else can be. */
export function stepUp(state: Session, by: StepUpBy) {
  if (state.status !== 'active') throw new Refusal('session-unknown');
  const { sessionId, userId } = state;
  return [eventsOf<SessionEvents>()('session.stepped-up.v1', { sessionId, userId, by })];
}

/** `userId` is the user whose sessions the caller may end. */
export function endSession(state: Session, userId: string, reason: 'logout' | 'revoked') {
  if (state.status === 'none' || state.userId !== userId) throw new Refusal('session-unknown');
  if (state.status === 'ended') return [];
  return [eventsOf<SessionEvents>()('session.ended.v1', { sessionId: state.sessionId, userId, reason })];
}

export type ApiKey =
  | { readonly status: 'none' }
  | { readonly status: 'active' | 'revoked'; readonly keyId: string; readonly userId: string };

export const apiKey: Decider<ApiKey, ApiKeyEvents> = {
  initial: { status: 'none' },
  evolve: {
    'apikey.created.v1': (_, { keyId, userId }) => ({ status: 'active', keyId, userId }),
    'apikey.revoked.v1': (_, { keyId, userId }) => ({ status: 'revoked', keyId, userId }),
  },
};

export function createApiKey(state: ApiKey, created: ApiKeyEvents['apikey.created.v1']) {
  return state.status === 'none' ? [eventsOf<ApiKeyEvents>()('apikey.created.v1', created)] : [];
}

/** `userId` is the user whose keys the caller may revoke. */
export function revokeApiKey(state: ApiKey, userId: string) {
  if (state.status === 'none' || state.userId !== userId) throw new Refusal('api-key-unknown');
  if (state.status === 'revoked') return [];
  return [eventsOf<ApiKeyEvents>()('apikey.revoked.v1', { keyId: state.keyId, userId })];
}
