// Finds who is meant by the `actor` of a query: a person by id or e-mail, be it of the account or of the vendor, an API key, or what acts for a person: an
// import, a restore, a link.
import { apiKeys } from '../../projections/api-keys';
import { employees } from '../../projections/identity/employees';
import { imports } from '../../projections/imports';
import { users } from '../../projections/users';
import { normalEmail } from '../identity/emails';
import { isEmployeeId } from '../identity/identity.vocabulary';
import type { Filter } from '../read/document-store';
import type { Freshness, ReadModels } from '../read/read-models';
import { among } from './query/query-filter';

export class EntryActors {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * The filter for entries of any actor asked for: of a person all that they and what acts for them did, of a key all
   * that came through it, of anything else what it did itself. An actor that does not exist did nothing.
   */
  async filterOf(asked: readonly string[], fresh: Freshness): Promise<Filter> {
    const ids = asked.filter((one) => !one.includes('@'));
    const [people, keys, listed, named] = await Promise.all([
      this.readModels.getMany(users, ids, fresh),
      this.readModels.getMany(apiKeys, ids, fresh),
      this.readModels.getMany(imports, ids, fresh),
      this.byEmail(asked.filter((one) => one.includes('@')).map(normalEmail), fresh),
    ]);
    const ofVendor = ids.filter(isEmployeeId);
    const others = ids.filter((id) => !people.has(id) && !keys.has(id) && !isEmployeeId(id));
    // In the list of imports each object type of a restore has an id of its own; the restore is what acts.
    const restored = others
      .flatMap((id) => listed.get(id) ?? [])
      .filter(({ restore }) => restore !== undefined);
    const acting = others.filter((id) => listed.get(id)?.restore === undefined);
    const userIds = [...people.keys(), ...ofVendor, ...named];
    const either: Filter[] = [
      ...(userIds.length > 0 ? [{ 'actor.userId': among(userIds) }] : []),
      ...(keys.size > 0 ? [{ 'actor.keyId': among([...keys.keys()]) }] : []),
      ...(acting.length > 0 ? [{ 'actor.id': among(acting) }] : []),
      ...restored.map(({ restore, objectTypes }) => ({
        'actor.id': restore!.restoreId,
        'target.type': among(objectTypes),
      })),
    ];
    if (either.length === 0) return { 'actor.id': { $in: [] } };
    return either.length === 1 ? either[0]! : { $or: either };
  }

  private async byEmail(emails: readonly string[], fresh: Freshness): Promise<string[]> {
    if (emails.length === 0) return [];
    const wanted = { filter: { email: { $in: emails } }, limit: emails.length };
    const [ours, ofVendor] = await Promise.all([
      this.readModels.find(users, wanted, fresh),
      this.readModels.find(employees, wanted, fresh),
    ]);
    return [...ours.docs, ...ofVendor.docs].map(({ id }) => id);
  }
}
