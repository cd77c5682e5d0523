// The query of who asks: the person, their session, and what they may do, for a client that shows no more than that.
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { GetAccount, GetSecurity, GetSubscription, portalIdOf } from '../../account/account.queries';
import type { Caller } from '../../caller';
import type { Client } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { type AddOn, type Feature, type FeatureRow, features, type Tier } from '../../tiers/features';
import { hasFeature } from '../../tiers/requirements';
import { Vault } from '../../vault/vault';
import { allScopes } from '../api-keys/scopes';
import type { SessionGrant } from '../grants';
import { session } from '../identity.decider';
import { RightsOfUsers } from '../roles/rights';
import { NO_TEAMS, user } from '../users/user.decider';
import { Holders, steppedUpUntil } from './holders';
import { SessionUses } from './session-uses';

export interface Me {
  /** The person; for an API key, the one behind it. */
  readonly user: {
    readonly id: string;
    readonly email: string;
    /** Of an employee of the vendor, the whole name. */
    readonly firstName: string;
    readonly lastName: string;
    readonly superAdmin: boolean;
    readonly roleId: string | null;
    /** What the role is called. */
    readonly roleName: string | null;
    readonly primaryTeamId: string | null;
    readonly secondaryTeamIds: readonly string[];
    /** Of an employee of the vendor; null for everybody else. */
    readonly department: string | null;
  };
  /** Null for an API key. */
  readonly session: MySession | null;
  /** What stands between a password and a session. */
  readonly secondFactor: {
    /** The person has one. */
    readonly active: boolean;
    /** The session may do nothing but set one up, since the account asks for it. */
    readonly required: boolean;
  };
  /** All that it may do, in order; for a super admin's session, every scope that there is. */
  readonly scopes: readonly string[];
  /** What the account has subscribed to. */
  readonly account: {
    readonly portalId: number;
    readonly tier: Tier;
    /** What it has besides its tier. */
    readonly addOns: readonly AddOn[];
    /** What of the features of tiers and add-ons it has now. */
    readonly features: readonly Feature[];
  };
}

export interface MySession {
  readonly id: string;
  readonly loginType: NonNullable<Client['loginType']>;
  readonly startedAt: string | null;
  /** When it ends at the latest. */
  readonly expiresAt: string;
  /** Until when it lasts if it is not used any more, or some minutes longer; null where that ends none. */
  readonly idleUntil: string | null;
  /** Until when nothing asks again who the person is; null where that is over. */
  readonly stepUpUntil: string | null;
}

export class GetMe extends Query<Me> {
  constructor(readonly caller: Caller) {
    super();
  }
}

@QueryHandler(GetMe)
export class GetMeHandler implements IQueryHandler<GetMe> {
  constructor(
    private readonly streams: Streams,
    private readonly vault: Vault,
    private readonly queries: QueryBus,
    private readonly rights: RightsOfUsers,
    private readonly holders: Holders,
    private readonly uses: SessionUses,
  ) {}

  async execute({ caller }: GetMe): Promise<Me> {
    const { scopes, userId } = caller;
    const active = await this.holders.hasSecondFactor(userId);
    const isAskedOf = !active && caller.lacksSecondFactor === true;
    return {
      user: await this.user(caller),
      session: await this.session(caller),
      secondFactor: {
        active,
        required: isAskedOf && (await this.queries.execute(new GetSecurity())).require2fa,
      },
      scopes: [...(scopes === 'all' ? allScopes : scopes)].sort(),
      account: await this.account(),
    };
  }

  private async user({ userId, superAdmin, actor, sessionId }: Caller): Promise<Me['user']> {
    const { state } = await this.streams.load(user, `user-${userId}`);
    const known = state.status === 'none' ? await this.stranger(sessionId) : state;
    const role = known.roleId === null ? undefined : await this.rights.role(known.roleId);
    return {
      ...{ id: userId, email: known.email, ...known.names, superAdmin },
      ...{ roleId: known.roleId, roleName: role?.name ?? null, ...known.teams },
      department: actor.department ?? null,
    };
  }

  /** Whoever is no user here: an employee of the vendor, of whom the session knows. */
  private async stranger(sessionId: string | undefined) {
    const { state } = await this.streams.load(session, `session-${sessionId}`);
    const { email = '', name = '' } = state.status === 'none' ? {} : (state.began ?? {});
    return { email, names: { firstName: name, lastName: '' }, roleId: null, teams: NO_TEAMS };
  }

  private async session({ sessionId: id, client }: Caller): Promise<MySession | null> {
    const grant = id === undefined ? undefined : await this.vault.get<SessionGrant>('session', id);
    if (id === undefined || !grant) return null;
    const { state } = await this.streams.load(session, `session-${id}`);
    const now = Date.now();
    const idle = this.uses.idleFrom(now);
    const steppedUp = steppedUpUntil(grant);
    return {
      ...{ id, loginType: client.loginType ?? 'PASSWORD' },
      startedAt: state.status === 'none' ? null : (state.began?.at ?? null),
      expiresAt: grant.expiresAt,
      idleUntil: idle === Infinity ? null : new Date(idle).toISOString(),
      stepUpUntil: steppedUp > now ? new Date(steppedUp).toISOString() : null,
    };
  }

  private async account(): Promise<Me['account']> {
    const [account, subscription] = await Promise.all([
      this.queries.execute(new GetAccount()),
      this.queries.execute(new GetSubscription()),
    ]);
    const { tier, addOns } = subscription;
    const has = (Object.keys(features) as Feature[]).filter(
      (name) => !(features[name] as FeatureRow).toCome && hasFeature(subscription, name),
    );
    return { portalId: portalIdOf(account), tier, addOns, features: has };
  }
}
