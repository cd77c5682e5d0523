// The decider of the account. The account's tier stands in an event: a setting gives it at the first start only.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { addOns, type Subscription, type Tier } from '../tiers/features';
import type { AccountEvents } from './account.events';

export const ACCOUNT_STREAM = 'account';

export type Account =
  | { readonly status: 'none' }
  | {
      readonly status: 'open';
      readonly accountId: string;
      readonly subscription: Subscription;
      readonly openedAt: string;
    };

const ev = eventsOf<AccountEvents>();

export const account: Decider<Account, AccountEvents> = {
  initial: { status: 'none' },
  evolve: {
    'account.opened.v1': (_, { accountId, tier }, { meta }) => ({
      status: 'open',
      accountId,
      subscription: { tier, addOns: [] },
      openedAt: meta.at,
    }),
    'account.subscription-changed.v1': (state, { to }) =>
      state.status === 'open' ? { ...state, subscription: { ...state.subscription, ...to } } : state,
  },
};

export function openAccount(state: Account, accountId: string, tier: Tier) {
  if (state.status === 'open') return [];
  return [ev('account.opened.v1', { accountId, tier })];
}

/** What is left out stays as it is. */
export interface AccountChanges {
  readonly tier?: Subscription['tier'] | undefined;
  readonly addOns?: Subscription['addOns'] | undefined;
}

export function changeAccount(state: Account, changes: AccountChanges): readonly EventOf<AccountEvents>[] {
  if (state.status === 'none') throw new Error('The account has not been opened');
  const { accountId, subscription } = state;
  const { tier = subscription.tier } = changes;
  const had = subscription.addOns;
  const has = addOns.filter((one) => (changes.addOns ?? had).includes(one));
  const isOther = { tier: tier !== subscription.tier, addOns: has.join() !== had.join() };
  if (!isOther.tier && !isOther.addOns) return [];
  const from = { ...(isOther.tier && { tier: subscription.tier }), ...(isOther.addOns && { addOns: had }) };
  const to = { ...(isOther.tier && { tier }), ...(isOther.addOns && { addOns: has }) };
  return [ev('account.subscription-changed.v1', { accountId, from, to })];
}
