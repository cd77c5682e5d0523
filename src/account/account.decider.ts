// The decider of the account. The account's tier stands in an event: a setting gives it at the first start only.
import type { Decider } from '../eventsourcing/decider';
import { eventsOf, type EventOf } from '../eventsourcing/event';
import { addOns, type Subscription, type Tier } from '../tiers/features';
import type { AccountEvents, AccountGuardrails, AccountSecurity } from './account.events';

export const ACCOUNT_STREAM = 'account';

export type Account =
  | { readonly status: 'none' }
  | {
      readonly status: 'open';
      readonly accountId: string;
      readonly subscription: Subscription;
      readonly security: AccountSecurity;
      readonly guardrails: AccountGuardrails;
      readonly openedAt: string;
    };

export const NOTHING_REQUIRED: AccountSecurity = { require2fa: false };
export const USUAL_GUARDRAILS: AccountGuardrails = { approvalThreshold: 300 };

const ev = eventsOf<AccountEvents>();

export const account: Decider<Account, AccountEvents> = {
  initial: { status: 'none' },
  evolve: {
    'account.opened.v1': (_, { accountId, tier }, { meta }) => ({
      status: 'open',
      accountId,
      subscription: { tier, addOns: [] },
      security: NOTHING_REQUIRED,
      guardrails: USUAL_GUARDRAILS,
      openedAt: meta.at,
    }),
    'account.subscription-changed.v1': (state, { to }) =>
      state.status === 'open' ? { ...state, subscription: { ...state.subscription, ...to } } : state,
    'account.security-changed.v1': (state, { to }) =>
      state.status === 'open' ? { ...state, security: { ...state.security, ...to } } : state,
    'account.guardrails-changed.v1': (state, { to }) =>
      state.status === 'open' ? { ...state, guardrails: to } : state,
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
  readonly require2fa?: boolean | undefined;
  readonly approvalThreshold?: AccountGuardrails['approvalThreshold'] | undefined;
}

export function changeAccount(state: Account, changes: AccountChanges): readonly EventOf<AccountEvents>[] {
  if (state.status === 'none') throw new Error('The account has not been opened');
  return [
    ...changeSubscription(state, changes),
    ...changeSecurity(state, changes),
    ...changeGuardrails(state, changes),
  ];
}

type Open = Extract<Account, { readonly status: 'open' }>;

function changeSecurity({ accountId, security }: Open, { require2fa = security.require2fa }: AccountChanges) {
  if (require2fa === security.require2fa) return [];
  const from = { require2fa: security.require2fa };
  return [ev('account.security-changed.v1', { accountId, from, to: { require2fa } })];
}

function changeGuardrails({ accountId, guardrails: from }: Open, { approvalThreshold }: AccountChanges) {
  if (approvalThreshold === undefined || approvalThreshold === from.approvalThreshold) return [];
  return [ev('account.guardrails-changed.v1', { accountId, from, to: { approvalThreshold } })];
}

function changeSubscription({ accountId, subscription }: Open, changes: AccountChanges) {
  const { tier = subscription.tier } = changes;
  const had = subscription.addOns;
  const has = addOns.filter((one) => (changes.addOns ?? had).includes(one));
  const isOther = { tier: tier !== subscription.tier, addOns: has.join() !== had.join() };
  if (!isOther.tier && !isOther.addOns) return [];
  const from = { ...(isOther.tier && { tier: subscription.tier }), ...(isOther.addOns && { addOns: had }) };
  const to = { ...(isOther.tier && { tier }), ...(isOther.addOns && { addOns: has }) };
  return [ev('account.subscription-changed.v1', { accountId, from, to })];
}
