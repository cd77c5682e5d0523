// Events of the account itself. Stream: `account`.
import type { Subscription, Tier } from '../tiers/features';

/** What the account asks of whoever signs in. */
export interface AccountSecurity {
  /** Whoever logs in by a password has a second factor, or may do nothing but set one up. */
  require2fa: boolean;
}

/** From how many rows a restore needs two people. */
export interface AccountGuardrails {
  /** A restore plan with more rows is approved by a second super admin. */
  approvalThreshold: number | 'off';
}

export type AccountEvents = {
  'account.opened.v1': { accountId: string; tier: Tier };
  /** `from` and `to` have what is another. */
  'account.subscription-changed.v1': {
    accountId: string;
    from: Partial<Subscription>;
    to: Partial<Subscription>;
  };
  /** `from` and `to` have what is another. */
  'account.security-changed.v1': {
    accountId: string;
    from: Partial<AccountSecurity>;
    to: Partial<AccountSecurity>;
  };
  'account.guardrails-changed.v1': { accountId: string; from: AccountGuardrails; to: AccountGuardrails };
};
