// Queries for users: their list, one of them, what one owns, and who the super admins are.
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { users, type UserDocument } from '../../../projections/users';
import type { Caller } from '../../caller';
import { hasScope } from '../api-keys/scopes';
import { SearchRecords } from '../../crm/records/record.queries';
import { objectTypes } from '../../crm/schemas/object-type.vocabulary';
import { fold } from '../../eventsourcing/decider';
import { Streams } from '../../eventsourcing/streams';
import type { Found } from '../../read/document-store';
import { type Freshness, ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Vault } from '../../vault/vault';
import { digestOfEmail } from '../emails';
import type { UserByEmail } from '../grants';
import { ACCOUNT_ADMINS, accountAdmins } from './admin.decider';
import type { AccountAdminEvents } from './user.events';

export type UserStatus = UserDocument['status'];

export class ListUsers extends Query<Found<UserDocument>> {
  constructor(
    readonly asked: {
      readonly limit: number;
      readonly after?: string | undefined;
      readonly status: readonly UserStatus[];
    },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ asked: { limit, after, status }, fresh }: ListUsers) {
    const filter = { status: { $in: status } };
    return this.readModels.find(users, { filter, limit, ...(after !== undefined && { after }) }, fresh);
  }
}

/** By id, or by e-mail address. Refused with `user-unknown`. */
export class GetUser extends Query<UserDocument> {
  constructor(
    readonly by: { readonly id: string } | { readonly email: string },
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(GetUser)
export class GetUserHandler implements IQueryHandler<GetUser> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly vault: Vault,
  ) {}

  async execute({ by, fresh }: GetUser): Promise<UserDocument> {
    const id = 'id' in by ? by.id : await this.idOf(by.email);
    const found = id === undefined ? undefined : await this.readModels.get(users, id, fresh);
    if (!found || found.status === 'withdrawn') throw new Refusal('user-unknown');
    return found;
  }

  private async idOf(email: string): Promise<string | undefined> {
    const found = await this.vault.get<UserByEmail>('user-by-email', digestOfEmail(this.vault, email));
    return found?.userId;
  }
}

export interface Owned {
  readonly objectType: string;
  readonly total: number;
  /** The search that leads to the records. */
  readonly filterGroups: readonly object[];
}

/**
 * How many live records of each standard object type a user owns, as far as the caller may view them: types of which
 * there are none are left out.
 */
export class GetOwned extends Query<readonly Owned[]> {
  constructor(
    readonly userId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetOwned)
export class GetOwnedHandler implements IQueryHandler<GetOwned> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ userId, caller }: GetOwned): Promise<readonly Owned[]> {
    const filters = [{ propertyName: 'hubspot_owner_id', operator: 'EQ' as const, value: userId }];
    const filterGroups = [{ filters }];
    const wanted = { viewer: caller, properties: [], propertiesWithHistory: [] };
    const owned: Owned[] = [];
    for (const { name: objectType } of objectTypes) {
      if (!hasScope(caller, `crm.objects.${objectType}.read`)) continue;
      const search = { filterGroups, limit: 1 };
      const { total } = await this.queries.execute(new SearchRecords(objectType, search, wanted, {}));
      if (total > 0) owned.push({ objectType, total, filterGroups });
    }
    return owned;
  }
}

export interface SuperAdminsKnown {
  /** Ids of the users who are active super admins. */
  readonly active: ReadonlySet<string>;
  /** Every time that somebody ceased to be one, oldest first. */
  readonly taken: readonly {
    readonly userId: string;
    /** The person who took it; null where nobody did. */
    readonly by: string | null;
    readonly position: bigint;
  }[];
}

export class GetSuperAdmins extends Query<SuperAdminsKnown> {}

@QueryHandler(GetSuperAdmins)
export class GetSuperAdminsHandler implements IQueryHandler<GetSuperAdmins> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<SuperAdminsKnown> {
    const history = await this.streams.history<AccountAdminEvents>(ACCOUNT_ADMINS);
    const taken = history.flatMap(({ type, data, meta, position }) =>
      type === 'account.super-admin-taken.v1'
        ? [{ userId: data.userId, by: meta.actor.userId ?? null, position }]
        : [],
    );
    return { active: fold(accountAdmins, accountAdmins.initial, history).all, taken };
  }
}

export const userQueryHandlers = [ListUsersHandler, GetUserHandler, GetOwnedHandler, GetSuperAdminsHandler];
