// Queries for the account, folded from its stream: always current, whichever process has changed it.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Config } from '../config';
import { Streams } from '../eventsourcing/streams';
import type { Subscription } from '../tiers/features';
import { StoreUnavailable } from '../store-unavailable';
import { account, ACCOUNT_STREAM, type Account, NOTHING_REQUIRED, USUAL_GUARDRAILS } from './account.decider';
import type { AccountGuardrails, AccountSecurity } from './account.events';

export class GetAccount extends Query<Account> {}

@QueryHandler(GetAccount)
export class GetAccountHandler implements IQueryHandler<GetAccount> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<Account> {
    return (await this.streams.load(account, ACCOUNT_STREAM)).state;
  }
}

/** The account as HubSpot names it: a number. 0 before there is an account. */
export const portalIdOf = (account: Account): number =>
  account.status === 'open' ? Number(account.accountId) : 0;

/** What the account has subscribed to now. */
export class GetSubscription extends Query<Subscription> {}

@QueryHandler(GetSubscription)
export class GetSubscriptionHandler implements IQueryHandler<GetSubscription> {
  constructor(
    private readonly streams: Streams,
    private readonly config: Config,
  ) {}

  async execute(): Promise<Subscription> {
    const { state } = await this.streams.load(account, ACCOUNT_STREAM);
    return state.status === 'open' ? state.subscription : { tier: this.config.ACCOUNT_TIER, addOns: [] };
  }
}

/** The guardrails of the account now. */
export class GetGuardrails extends Query<AccountGuardrails> {}

@QueryHandler(GetGuardrails)
export class GetGuardrailsHandler implements IQueryHandler<GetGuardrails> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<AccountGuardrails> {
    const { state } = await this.streams.load(account, ACCOUNT_STREAM);
    return state.status === 'open' ? state.guardrails : USUAL_GUARDRAILS;
  }
}

/** What the account asks of whoever signs in now. */
export class GetSecurity extends Query<AccountSecurity> {}

@QueryHandler(GetSecurity)
export class GetSecurityHandler implements IQueryHandler<GetSecurity> {
  /** As last read: what counts while the log cannot be read, and so cannot have changed either. */
  private last: AccountSecurity | undefined;

  constructor(private readonly streams: Streams) {}

  async execute(): Promise<AccountSecurity> {
    try {
      const { state } = await this.streams.glance(account, ACCOUNT_STREAM, () => true);
      return (this.last = state.status === 'open' ? state.security : NOTHING_REQUIRED);
    } catch (error) {
      if (error instanceof StoreUnavailable && this.last) return this.last;
      throw error;
    }
  }
}
