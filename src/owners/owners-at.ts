// The owners of records, who are the users, as they were at a position in the log.
import { users, type UserDocument } from '../../projections/users';
import { mapConcurrently } from '../crm/map-concurrently';
import type { Streams } from '../eventsourcing/streams';
import type { UserEvents } from '../identity/users/user.events';
import type { ReadModels } from '../read/read-models';

export interface OwnerAt {
  /** A decimal number, as the values of `hubspot_owner_id`. */
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Deactivated, or never more than invited. */
  readonly archived: boolean;
}

const PAGE = 200;

/**
 * Owners by id, as they were after the event at a position. Refuses with `projection-behind` if the read model of users
 * has not come that far. Who is no owner any more is left out of the past by leaving them out here.
 */
export async function ownersAt(
  readModels: ReadModels,
  streams: Streams,
  position: bigint,
): Promise<readonly OwnerAt[]> {
  const owners: OwnerAt[] = [];
  const all = { sort: ['id'], limit: PAGE };
  for await (const page of readModels.pages(users, all, { after: position })) {
    const found = await mapConcurrently(page, ({ id }) => ownerAt(streams, id, position));
    owners.push(...found.filter((owner) => owner !== undefined));
  }
  return owners.sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
}

async function ownerAt(streams: Streams, id: string, position: bigint): Promise<OwnerAt | undefined> {
  let owner: OwnerAt | undefined;
  const change = (to: Partial<OwnerAt>) => {
    if (owner) owner = { ...owner, ...to };
  };
  for (const { type, data, position: at } of await streams.history<UserEvents>(`user-${id}`)) {
    if (at > position) break;
    if (type === 'user.created.v1')
      owner = { id, email: data.email, firstName: '', lastName: '', archived: false };
    else if (type === 'user.invited.v1')
      owner = { id, email: data.email, ...namesOf(data.names), archived: false };
    else if (type === 'user.renamed.v1') change(namesOf(data.to));
    else if (type === 'user.deactivated.v1' || type === 'user.invitation-withdrawn.v1')
      change({ archived: true });
    else if (type === 'user.reactivated.v1' || type === 'user.joined.v1') change({ archived: false });
  }
  return owner;
}

const namesOf = ({ firstName, lastName }: Pick<UserDocument, 'firstName' | 'lastName'>) => ({
  firstName,
  lastName,
});
