// Finds what a query names and only the account knows: people, teams, keys, imports.
import type { QueryBus } from '@nestjs/cqrs';
import { apiKeys } from '../../../projections/api-keys';
import { employees } from '../../../projections/identity/employees';
import { imports } from '../../../projections/imports';
import type { Projection } from '../../../projections/projection';
import { teamMembers } from '../../../projections/team-members';
import { users } from '../../../projections/users';
import type { EventMap } from '../../eventsourcing/event';
import { normalEmail } from '../../identity/emails';
import { isEmployeeId } from '../../identity/identity.vocabulary';
import { GetTeamNames } from '../../identity/teams/team.queries';
import type { Doc, Filter } from '../../read/document-store';
import { regexOf } from '../../read/filters/text-patterns';
import type { Freshness, ReadModels } from '../../read/read-models';
import type { EntryActors } from '../entry-actors';
import { wordsIn } from './entry-terms.vocabulary';
import { allOf, among, anyOf } from './query-filter';

/** Actors that one word may stand for; of more, only so many are looked for. */
const MOST = 1_000;
const PAGE = 1_000;

export class QueryNames {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly entryActors: EntryActors,
  ) {}

  actors(asked: readonly string[], fresh: Freshness): Promise<Filter> {
    return this.entryActors.filterOf(asked, fresh);
  }

  async people(asked: readonly string[], fresh: Freshness): Promise<Filter> {
    const ids = await Promise.all(asked.map((one) => this.peopleCalled(one, fresh)));
    return { 'actor.userId': among([...new Set(ids.flat())]) };
  }

  private async peopleCalled(asked: string, fresh: Freshness): Promise<string[]> {
    if (isEmployeeId(asked) || (await this.readModels.get(users, asked, fresh))) return [asked];
    if (asked.includes('@')) {
      const filter = { email: normalEmail(asked) };
      return (await Promise.all([this.ids(users, filter, fresh), this.ids(employees, filter, fresh)])).flat();
    }
    const words = wordsIn(asked);
    if (words.length === 0) return [];
    const named = (paths: readonly string[]) =>
      allOf(words.map((word) => anyOf(paths.map((path) => ({ [path]: wordPattern(word) })))));
    return (
      await Promise.all([
        this.ids(users, named(['firstName', 'lastName']), fresh),
        this.ids(employees, named(['name']), fresh),
      ])
    ).flat();
  }

  async teams(asked: readonly string[], fresh: Freshness): Promise<Filter> {
    const names = await this.queries.execute(new GetTeamNames());
    const wanted = new Set(asked.map((one) => one.toLowerCase()));
    const teamIds = [...names]
      .filter(([id, name]) => wanted.has(id.toLowerCase()) || wanted.has(name.trim().toLowerCase()))
      .map(([id]) => id);
    const userIds = new Set<string>();
    if (teamIds.length > 0) {
      const members = { filter: { teamId: among(teamIds) }, limit: PAGE };
      for await (const page of this.readModels.pages(teamMembers, members, fresh))
        for (const { userId } of page) userIds.add(userId);
    }
    return { 'actor.userId': among([...userIds]) };
  }

  async keys(asked: readonly string[], fresh: Freshness): Promise<Filter> {
    const named = asked.map((name) => ({ name: wholePattern(name) }));
    const found = await this.ids(apiKeys, anyOf([{ id: among(asked) }, ...named]), fresh);
    return { 'actor.keyId': among(found) };
  }

  async imports(asked: readonly string[], fresh: Freshness): Promise<Filter> {
    const named = await this.ids(imports, anyOf(asked.map((name) => ({ name: wholePattern(name) }))), fresh);
    return this.entryActors.filterOf([...asked, ...named], fresh);
  }

  async actorsNamed(word: string, fresh: Freshness): Promise<Filter | undefined> {
    const has = wordPattern(word);
    const [people, ofVendor, keys, imported] = await Promise.all([
      this.ids(users, { $or: [{ email: has }, { firstName: has }, { lastName: has }] }, fresh),
      this.ids(employees, { $or: [{ email: has }, { name: has }] }, fresh),
      this.ids(apiKeys, { name: has }, fresh),
      this.ids(imports, { name: has }, fresh),
    ]);
    const userIds = [...people, ...ofVendor];
    const either: Filter[] = [
      ...(userIds.length > 0 ? [{ 'actor.userId': among(userIds) }] : []),
      ...(keys.length > 0 ? [{ 'actor.keyId': among(keys) }] : []),
      ...(imported.length > 0 ? [{ 'actor.id': among(imported) }] : []),
    ];
    return either.length === 0 ? undefined : anyOf(either);
  }

  private async ids<D extends Doc, M extends EventMap>(
    projection: Projection<D, M>,
    filter: Filter,
    fresh: Freshness,
  ): Promise<string[]> {
    const { docs } = await this.readModels.find(projection, { filter, limit: MOST }, fresh);
    return docs.map(({ id }) => id);
  }
}

const wordPattern = (word: string) =>
  ({ $regex: regexOf({ start: 'word', end: 'word', texts: [word] }), $options: 'i' }) as const;

const wholePattern = (text: string) =>
  ({ $regex: regexOf({ start: 'text', end: 'text', texts: [text] }), $options: 'i' }) as const;
