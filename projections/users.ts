// Users: who they are, what they are in the account, and whether they have a second factor.
import type { AccountAdminEvents, UserEvents } from '../src/identity/users/user.events';
import { SUPER_ADMIN } from '../src/identity/identity.vocabulary';
import type { Doc } from '../src/read/document-store';
import type { Projection } from './projection';

export interface UserDocument extends Doc {
  readonly email: string;
  readonly status: 'invited' | 'withdrawn' | 'active' | 'deactivated';
  readonly firstName: string;
  readonly lastName: string;
  readonly superAdmin: boolean;
  readonly roleId: string | null;
  readonly primaryTeamId: string | null;
  readonly secondaryTeamIds: readonly string[];
  /** ISO time until which an invitation may be accepted; null where there is none. */
  readonly invitedUntil: string | null;
  readonly twoFactor: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const fresh = { invitedUntil: null, twoFactor: false, superAdmin: false };

export const users: Projection<UserDocument, UserEvents & AccountAdminEvents> = {
  name: 'users',
  version: 2,
  neededBy: 'writes',
  indexes: [['email'], ['status']],
  on: {
    'user.created.v1': ({ userId, email, superAdmin }, { meta: { at } }) => ({
      id: userId,
      put: {
        ...{ ...fresh, email, superAdmin, status: 'active', firstName: '', lastName: '' },
        roleId: superAdmin ? SUPER_ADMIN : null,
        ...{ primaryTeamId: null, secondaryTeamIds: [], createdAt: at, updatedAt: at },
      },
    }),
    'user.invited.v1': ({ userId, email, names, roleId, teams, expiresAt }, { meta: { at } }) => ({
      id: userId,
      put: {
        ...{ ...fresh, email, status: 'invited', ...names, roleId, ...teams, invitedUntil: expiresAt },
        ...{ createdAt: at, updatedAt: at },
      },
    }),
    'user.invited-again.v1': ({ userId, expiresAt }, { meta: { at } }) => ({
      id: userId,
      patch: { invitedUntil: expiresAt, updatedAt: at },
    }),
    'user.invitation-withdrawn.v1': ({ userId }, { meta: { at } }) => ({
      id: userId,
      patch: { status: 'withdrawn', invitedUntil: null, updatedAt: at },
    }),
    'user.joined.v1': ({ userId }, { meta: { at } }) => ({
      id: userId,
      patch: { status: 'active', invitedUntil: null, updatedAt: at },
    }),
    'user.renamed.v1': ({ userId, to }, { meta: { at } }) => ({
      id: userId,
      patch: { ...to, updatedAt: at },
    }),
    'user.role-changed.v1': ({ userId, to }, { meta: { at } }) => ({
      id: userId,
      patch: { roleId: to, updatedAt: at },
    }),
    'user.teams-changed.v1': ({ userId, to }, { meta: { at } }) => ({
      id: userId,
      patch: { ...to, updatedAt: at },
    }),
    'user.deactivated.v1': ({ userId }, { meta: { at } }) => ({
      id: userId,
      patch: { status: 'deactivated', updatedAt: at },
    }),
    'user.reactivated.v1': ({ userId }, { meta: { at } }) => ({
      id: userId,
      patch: { status: 'active', updatedAt: at },
    }),
    'account.super-admin-given.v1': ({ userId }, { meta: { at } }) => ({
      id: userId,
      patch: { superAdmin: true, updatedAt: at },
    }),
    'account.super-admin-taken.v1': ({ userId }, { meta: { at } }) => ({
      id: userId,
      patch: { superAdmin: false, updatedAt: at },
    }),
    'user.two-factor-enabled.v1': ({ userId }) => ({ id: userId, patch: { twoFactor: true } }),
    'user.two-factor-disabled.v1': ({ userId }) => ({ id: userId, patch: { twoFactor: false } }),
  },
};
