// The decider of the account. The account's tier stands in an event: a setting gives it at the first start only.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf } from '../eventsourcing/event';
import type { AccountEvents, AccountTier } from './account.events';

export const ACCOUNT_STREAM = 'account';

export type Account =
  | { readonly status: 'none' }
  | {
      readonly status: 'open';
      readonly accountId: string;
      readonly tier: AccountTier;
      readonly openedAt: string;
    };

export const account: Decider<Account, AccountEvents> = {
  initial: { status: 'none' },
  evolve: {
    'account.opened.v1': (_, { accountId, tier }, { meta }) => ({
      status: 'open',
      accountId,
      tier,
      openedAt: meta.at,
    }),
  },
};

export function openAccount(state: Account, accountId: string, tier: AccountTier) {
  if (state.status === 'open') return [];
  return [eventsOf<AccountEvents>()('account.opened.v1', { accountId, tier })];
}
