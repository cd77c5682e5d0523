// Queries for owners, which are the users, in the shape of HubSpot's API. An owner has the id of its user.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { users, type UserDocument } from '../../projections/users';
import { GetTeamNames } from '../identity/teams/team.queries';
import type { Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { ARCHIVED } from './owners';

export interface OwnerView {
  readonly id: string;
  readonly email: string;
  readonly type: 'PERSON';
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number;
  readonly userIdIncludingInactive: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly teams: readonly { readonly id: string; readonly name: string; readonly primary: boolean }[];
}

export interface OwnersAsked {
  readonly email?: string | undefined;
  /** Users who were deactivated, or whose invitation was withdrawn, in place of all others. */
  readonly archived: boolean;
  readonly limit: number;
  readonly after?: string | undefined;
}

export class ListOwners extends Query<Found<OwnerView>> {
  constructor(
    readonly asked: OwnersAsked,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Refused with `owner-unknown` where no user has the id. */
export class GetOwner extends Query<OwnerView> {
  constructor(
    readonly id: string,
    readonly archived: boolean,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(ListOwners)
export class ListOwnersHandler implements IQueryHandler<ListOwners> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
  ) {}

  async execute({ asked, fresh }: ListOwners): Promise<Found<OwnerView>> {
    const { email, archived, limit, after } = asked;
    const status = archived ? { $in: ARCHIVED } : { $nin: ARCHIVED };
    const filter = { status, ...(email !== undefined && { email }) };
    const options = { filter, limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(users, options, fresh);
    const teams = await this.queries.execute(new GetTeamNames());
    return { docs: docs.map((user) => ownerOf(user, teams)), ...(next !== undefined && { next }) };
  }
}

@QueryHandler(GetOwner)
export class GetOwnerHandler implements IQueryHandler<GetOwner> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
  ) {}

  async execute({ id, archived, fresh }: GetOwner): Promise<OwnerView> {
    const user = await this.readModels.get(users, id, fresh);
    if (!user || ARCHIVED.includes(user.status) !== archived) throw new Refusal('owner-unknown');
    return ownerOf(user, await this.queries.execute(new GetTeamNames()));
  }
}

function ownerOf(user: UserDocument, names: ReadonlyMap<string, string>): OwnerView {
  const { id, email, firstName, lastName, createdAt, updatedAt, primaryTeamId, secondaryTeamIds } = user;
  const ids = [...(primaryTeamId === null ? [] : [primaryTeamId]), ...secondaryTeamIds];
  return {
    ...{ id, email, type: 'PERSON', firstName, lastName },
    ...{ userId: Number(id), userIdIncludingInactive: Number(id) },
    ...{ createdAt, updatedAt, archived: ARCHIVED.includes(user.status) },
    teams: ids.flatMap((team) => {
      const name = names.get(team);
      return name === undefined ? [] : [{ id: team, name, primary: team === primaryTeamId }];
    }),
  };
}

export const ownerQueryHandlers = [ListOwnersHandler, GetOwnerHandler];
