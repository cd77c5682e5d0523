// Queries for owners, which are the users, in the shape of HubSpot's API. An owner has the id of its user.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { users, type UserDocument } from '../../projections/users';
import type { Found } from '../read/document-store';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';

export interface OwnerView {
  readonly id: string;
  readonly email: string;
  readonly type: 'PERSON';
  /** Empty: a user has no name yet. */
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
  /** True finds nobody: users are never archived. */
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
  constructor(private readonly readModels: ReadModels) {}

  async execute({ asked, fresh }: ListOwners): Promise<Found<OwnerView>> {
    const { email, archived, limit, after } = asked;
    if (archived) return { docs: [] };
    const filter = email === undefined ? {} : { email };
    const options = { filter, limit, ...(after !== undefined && { after }) };
    const { docs, next } = await this.readModels.find(users, options, fresh);
    return { docs: docs.map(ownerOf), ...(next !== undefined && { next }) };
  }
}

@QueryHandler(GetOwner)
export class GetOwnerHandler implements IQueryHandler<GetOwner> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ id, archived, fresh }: GetOwner): Promise<OwnerView> {
    const user = archived ? undefined : await this.readModels.get(users, id, fresh);
    if (!user) throw new Refusal('owner-unknown');
    return ownerOf(user);
  }
}

const ownerOf = ({ id, email, createdAt }: UserDocument): OwnerView => ({
  ...{ id, email, type: 'PERSON', firstName: '', lastName: '' },
  ...{ userId: Number(id), userIdIncludingInactive: Number(id) },
  ...{ createdAt, updatedAt: createdAt, archived: false, teams: [] },
});

export const ownerQueryHandlers = [ListOwnersHandler, GetOwnerHandler];
