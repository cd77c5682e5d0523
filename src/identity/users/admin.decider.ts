// The decider of super admins: there is always one.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import type { AccountAdminEvents } from './user.events';

export const ACCOUNT_ADMINS = 'account-admins';

export interface AccountAdmins {
  readonly first: string | undefined;
  /** Ids of users. */
  readonly all: ReadonlySet<string>;
}

export const accountAdmins: Decider<AccountAdmins, AccountAdminEvents> = {
  initial: { first: undefined, all: new Set() },
  evolve: {
    // Where there was one before, the vault was lost, and with it whoever could log in.
    'account.first-admin-made.v1': (_, { userId }) => ({ first: userId, all: new Set([userId]) }),
    'account.super-admin-given.v1': ({ first, all }, { userId }) => ({
      first,
      all: new Set([...all, userId]),
    }),
    'account.super-admin-taken.v1': ({ first, all }, { userId }) => ({
      first,
      all: new Set([...all].filter((one) => one !== userId)),
    }),
  },
};

const ev = eventsOf<AccountAdminEvents>();
type Decided = EventOf<AccountAdminEvents>[];

/** `known`: the vault still knows the present first super admin. A vault that was lost must not lock everybody out. */
export function makeFirstAdmin({ first }: AccountAdmins, userId: string, known: boolean): Decided {
  if (first === userId) return [];
  if (first !== undefined && known) throw new Refusal('setup-done');
  return [ev('account.first-admin-made.v1', { userId })];
}

export const giveSuperAdmin = ({ all }: AccountAdmins, userId: string): Decided =>
  all.has(userId) ? [] : [ev('account.super-admin-given.v1', { userId })];

/** Throws `last-super-admin`. */
export function takeSuperAdmin({ all }: AccountAdmins, userId: string): Decided {
  if (!all.has(userId)) return [];
  if (all.size === 1) throw new Refusal('last-super-admin');
  return [ev('account.super-admin-taken.v1', { userId })];
}
