// Events of the account itself. Stream: `account`.
import type { Subscription, Tier } from '../tiers/features';

export type AccountEvents = {
  'account.opened.v1': { accountId: string; tier: Tier };
  /** `from` and `to` have what is another. */
  'account.subscription-changed.v1': {
    accountId: string;
    from: Partial<Subscription>;
    to: Partial<Subscription>;
  };
};
