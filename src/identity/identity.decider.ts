// The deciders of sessions and API keys. Secrets are no part of their states: secrets lie in the vault.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf } from '../eventsourcing/event';
import { Refusal } from '../refusals';
import type { ApiKeyEvents, ApiKeyTerms, SessionEnd, SessionEvents, StepUpBy } from './identity.events';

export type Session =
  | { readonly status: 'none' }
  | {
      readonly status: 'active' | 'ended';
      readonly sessionId: string;
      readonly userId: string;
      /** It is of an employee of the vendor, whose id stands in place of a user's. */
      readonly isOfEmployee?: true;
      /** Who began it, by whose address, and when (ISO time). Left out once it has ended. */
      readonly began?: { readonly at: string; readonly email: string; readonly name?: string };
    };

export const session: Decider<Session, SessionEvents> = {
  initial: { status: 'none' },
  evolve: {
    'session.started.v1': (_, { sessionId, userId, email }, { meta }) => ({
      ...{ status: 'active', sessionId, userId },
      began: { at: meta.at, email },
    }),
    'session.stepped-up.v1': (state) => state,
    'session.ended.v1': (_, { sessionId, userId }) => ({ status: 'ended', sessionId, userId }),
    'session.employee-started.v1': (_, { sessionId, employeeId, email, name }, { meta }) => ({
      ...{ status: 'active', sessionId, userId: employeeId, isOfEmployee: true },
      began: { at: meta.at, email, name },
    }),
    'session.employee-ended.v1': (_, { sessionId, employeeId }) => ({
      ...{ status: 'ended', sessionId, userId: employeeId, isOfEmployee: true },
    }),
  },
};

export function startSession(state: Session, started: SessionEvents['session.started.v1']) {
  return state.status === 'none' ? [eventsOf<SessionEvents>()('session.started.v1', started)] : [];
}

export function startEmployeeSession(
  state: Session,
  {
    employee: { id: employeeId, name, email, department },
    ...started
  }: Pick<SessionEvents['session.employee-started.v1'], 'sessionId' | 'reason' | 'expiresAt'> & {
    readonly employee: {
      readonly id: string;
      readonly name: string;
      readonly email: string;
      readonly department: string;
    };
  },
) {
  if (state.status !== 'none') return [];
  const data = { ...started, employeeId, name, email, department };
  return [eventsOf<SessionEvents>()('session.employee-started.v1', data)];
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
  if (state.isOfEmployee) return endEmployeeSession(state, reason);
  if (state.status === 'ended') return [];
  return [eventsOf<SessionEvents>()('session.ended.v1', { sessionId: state.sessionId, userId, reason })];
}

/** Also by the account, which lets employees in. */
export function endEmployeeSession(state: Session, reason: SessionEnd) {
  if (state.status === 'none' || !state.isOfEmployee) throw new Refusal('session-unknown');
  if (state.status === 'ended') return [];
  const ended = { sessionId: state.sessionId, employeeId: state.userId, reason };
  return [eventsOf<SessionEvents>()('session.employee-ended.v1', ended)];
}

export interface KnownApiKey {
  readonly status: 'active' | 'revoked';
  readonly keyId: string;
  readonly userId: string;
  readonly terms: ApiKeyTerms;
}
export type ApiKey = { readonly status: 'none' } | KnownApiKey;

export const apiKey: Decider<ApiKey, ApiKeyEvents> = {
  initial: { status: 'none' },
  evolve: {
    'apikey.created.v1': (_, { keyId, userId, name, allowedIps = null }) => ({
      ...{ status: 'active', keyId, userId },
      terms: { name, allowedIps },
    }),
    'apikey.rotated.v1': (state) => state,
    'apikey.changed.v1': (state, { to }) => ({ ...ownKey(state), terms: to }),
    'apikey.revoked.v1': (state) => ({ ...ownKey(state), status: 'revoked' }),
  },
};

export function createApiKey(state: ApiKey, created: ApiKeyEvents['apikey.created.v1']) {
  return state.status === 'none' ? [eventsOf<ApiKeyEvents>()('apikey.created.v1', created)] : [];
}

/** Refuses with `api-key-unknown`, also where the key is not that of a user who is named. */
function ownKey(state: ApiKey, userId?: string): KnownApiKey {
  if (state.status === 'none' || (userId !== undefined && state.userId !== userId))
    throw new Refusal('api-key-unknown');
  return state;
}

/** `userId` is the user whose keys the caller may change. */
export function changeApiKey(
  state: ApiKey,
  userId: string,
  wanted: Partial<ApiKeyTerms>,
  by: { readonly sessionId?: string },
) {
  const { status, keyId, terms: from } = ownKey(state, userId);
  if (status === 'revoked') throw new Refusal('api-key-ended');
  const to = { ...from, ...wanted };
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [eventsOf<ApiKeyEvents>()('apikey.changed.v1', { keyId, userId, from, to, ...by })];
}

/** `userId` is the user whose keys the caller may rotate. */
export function rotateApiKey(
  state: ApiKey,
  userId: string,
  rotated: Omit<ApiKeyEvents['apikey.rotated.v1'], 'keyId' | 'userId'>,
) {
  const { status, keyId } = ownKey(state, userId);
  if (status === 'revoked') throw new Refusal('api-key-ended');
  return [eventsOf<ApiKeyEvents>()('apikey.rotated.v1', { keyId, userId, ...rotated })];
}

/** `userId` is the user whose keys the caller may revoke. */
export function revokeApiKey(state: ApiKey, userId: string) {
  const { status, keyId } = ownKey(state, userId);
  return status === 'revoked' ? [] : [eventsOf<ApiKeyEvents>()('apikey.revoked.v1', { keyId, userId })];
}
